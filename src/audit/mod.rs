//! The audit log: what happened to accounts, by whom, from where.

mod event;
mod handlers;
pub mod log;
pub mod query;
pub mod retention;
mod row;
mod source;
mod views;

pub use event::Event;
pub use handlers::{export, index};
pub use query::{Entry, Filter, Page, Query};
pub use row::VARIOUS;
pub use source::{Source, Who};
pub use views::log as log_page;

use crate::app::Parts;

/// Adds what this room keeps between requests.
pub fn keep(parts: Parts) -> Parts {
    let writer = log::Writer::new(parts.users.clone());
    parts.with(writer)
}
