//! Promises of the pages, kept in process: the real route table on real servers.

#[path = "../support/mod.rs"]
mod support;

mod account;
mod admission;
mod answers;
mod bodies;
mod categories;
mod conflicts;
mod cross_site;
mod deletions;
mod drafts;
mod errors;
mod exactly_once;
mod factor;
mod front;
mod hosts;
mod invitations;
mod jobs;
mod known_device;
mod language;
mod ledger;
mod list;
mod mail;
mod notices;
mod operator;
mod passkeys;
mod password_fields;
mod people;
mod plans;
mod products;

mod rate_limit;
mod registration;
mod resets;
mod retention;
mod rights;
mod roles;
mod routes;
mod search;
mod security_log;
mod seed;
mod sessions;
mod sign_in;
mod sign_ins;
mod stock;
mod unicode;
mod wide_searches;
