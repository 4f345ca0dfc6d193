//! Promises of the pages, kept in process: the real route table on real servers.

#[path = "../support/mod.rs"]
mod support;

mod conflicts;
mod cross_site;
mod deletions;
mod language;
mod list;
mod products;
mod registration;
mod search;
mod sign_in;
mod stock;
mod throttle;
