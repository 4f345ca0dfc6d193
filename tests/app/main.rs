//! Promises of the pages, kept in process: the real route table on real servers.

#[path = "../support/mod.rs"]
mod support;

mod registration;
