//! The program itself: its configuration, its start, its end.

#[path = "../support/mod.rs"]
mod support;

// Of bin/bench and bin/drill.
#[allow(dead_code)]
#[path = "../../src/bin/shared/http.rs"]
mod http;

mod configuration;
mod documents;
mod ending;
mod handlers;
mod log;
mod process;
mod refusals;
mod rooms;
mod start;
mod way;
