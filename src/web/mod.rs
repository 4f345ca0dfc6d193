//! HTTP for all features; knows no feature.

mod context;
mod form;
mod language;
pub mod page;

pub use context::{Context, Person, Role};
pub use form::Form;
pub use language::{Language, Message};
