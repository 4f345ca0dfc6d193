//! Invitations: an account of one's own, also where registration is closed.

pub mod acceptance;
pub mod handlers;
mod row;

pub use row::*;
