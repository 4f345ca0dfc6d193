//! Feature: products and their categories, in the database `db_productos`.

pub mod category;
mod code;
pub mod deletions;
pub mod draft;
pub mod editing;
pub mod handlers;
pub mod list;
pub mod overview;
pub mod product;
pub mod views;
pub mod word_index;

pub use category::Category;
pub use draft::{Draft, Input};
pub use list::{Filter, Listing, Page, ProductRow, Query, Sort, Totals};
pub use overview::{COUNTED, Overview};
pub use product::Product;

use crate::app::{App, Parts};

/// Adds what this room keeps.
pub fn keep(parts: Parts) -> Parts {
    parts.with(Totals::default())
}

/// Totals of recent searches.
pub fn totals(app: &App) -> &Totals {
    app.kept()
}
