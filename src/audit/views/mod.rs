//! The audit log's pages. No queries here.

pub mod csv;
pub mod log;
mod words;
