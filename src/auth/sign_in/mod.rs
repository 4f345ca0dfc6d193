//! Signing in and out.

pub mod admission;
pub mod device;
pub mod end_reason;
pub mod handlers;
pub mod known_device;
mod row;

pub use row::*;
