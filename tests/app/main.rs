//! Promises of the pages, kept in process: the real route table on real servers.

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod bodies;
mod conflicts;
mod cross_site;
mod deletions;
mod drafts;
mod errors;
mod exactly_once;
mod language;
mod ledger;
mod list;
mod plans;
mod products;
mod registration;
mod routes;
mod search;
mod seed;
mod sessions;
mod sign_in;
mod stock;
mod throttle;
