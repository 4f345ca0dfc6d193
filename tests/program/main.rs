//! The program itself: its configuration, its start, its end.

#[path = "../support/mod.rs"]
mod support;

mod configuration;
mod process;
mod start;
