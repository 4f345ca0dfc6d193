//! What the tests stand on: databases of their own, replicas, a browser that reads HTML, servers that
//! can be killed, a wire that can be cut.
// Each test binary uses its part of it.
#![allow(dead_code, unused_imports)]

mod answer;
mod browser;
mod form;
mod mail;
mod phone;
mod proxy;
mod servers;
mod shop;

pub use answer::Answer;
pub use browser::{Browser, Htmx};
pub use form::Form;
pub use mail::{Letter, MailServer, Mood};
pub use phone::Phone;
pub use proxy::{Flow, Proxy};
pub use servers::{Server, folder, free_port, password, shared_mysql, shared_redis};
pub use shop::{PASSWORD, Replica, Shop, unique};
