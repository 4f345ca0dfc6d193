//! Feature: products and their categories, in the database `db_productos`.

pub mod category;
mod code;
pub mod deletions;
pub mod list;
pub mod listing;
mod notices;
pub mod overview;
pub mod product;
pub mod products;
mod totals;
pub mod views;
pub mod word_index;

pub use totals::Totals;
