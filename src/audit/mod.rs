//! The audit log: what happened to accounts, by whom, from where.

mod event;
mod handlers;
pub mod log;
pub mod query;
pub mod retention;
mod source;
pub mod views;

pub use event::Event;
pub use handlers::{export, index};
pub use query::{Entry, Filter, Page};
pub use source::{Source, Who};

use crate::app::Parts;

/// Adds what this room keeps between requests.
pub fn keep(parts: Parts) -> Parts {
    let writer = log::Writer::new(parts.users.clone());
    parts.with(writer)
}
