//! What products look like.

mod filter;
pub mod form;
pub mod list;
pub mod notice;
mod pager;
pub mod show;
pub mod table;
