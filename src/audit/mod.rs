//! The security log: what happened to accounts, by whom, from where.

pub mod handlers;
pub mod log;
pub mod query;
pub mod retention;
pub mod views;

use crate::app::Parts;

/// Adds what this room keeps.
pub fn keep(parts: Parts) -> Parts {
    let writer = log::Writer::new(parts.users.clone());
    parts.with(writer)
}
