//! What products look like.

pub mod form;
pub mod list;
pub mod show;
