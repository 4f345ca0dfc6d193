//! What the second factor looks like.

pub mod account;
pub mod codes;
pub mod requirement;
pub mod second_step;
pub mod setup;
