//! HTTP for all features; knows no feature.

mod assets;
mod context;
pub mod error_page;
pub mod field;
mod form;
mod language;
pub mod moment;
pub mod page;

pub use assets::asset;
pub use context::{Context, Person, Role};
pub use form::Form;
pub use language::{Language, Message};
