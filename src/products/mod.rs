//! Feature: products and their categories, in the database `db_productos`.

pub mod category;
mod code;
pub mod deletions;
pub mod handlers;
pub mod list;
pub mod listing;
mod notices;
pub mod overview;
pub mod product;
mod totals;
pub mod views;
pub mod word_index;

pub use totals::Totals;

use crate::app::{App, Parts};

/// Adds what this room keeps.
pub fn keep(parts: Parts) -> Parts {
    parts.with(Totals::default())
}

/// Of searches, lately.
pub fn totals(app: &App) -> &Totals {
    app.kept()
}
