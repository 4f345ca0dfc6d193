//! What happens when servers die, freeze, or answer half: on real servers, through wires that can be cut.

#[path = "../support/mod.rs"]
mod support;

mod abandoned;
mod claims;
mod database_away;
mod errors;
mod jobs;
mod redis_away;
mod redis_full;
mod restarts;
