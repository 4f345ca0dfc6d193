//! The security log as people see it. No queries here.

pub mod csv;
pub mod log;
mod words;
