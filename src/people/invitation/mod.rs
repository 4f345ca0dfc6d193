//! Invitations, by which people register even where registration is closed.

pub mod acceptance;
pub mod handlers;
mod list;
mod new;
mod row;

pub use list::*;
pub use new::*;
pub use row::*;
