//! Signing in and out.

pub mod admission;
pub mod attempt;
pub mod begin;
pub mod device;
pub mod end_reason;
pub mod form;
pub mod handlers;
pub mod known_device;
mod row;

pub use row::*;
