//! Feature: products and their categories, in the database `db_productos`.

pub mod listing;
pub mod product;
pub mod views;
