//! The pages of signing in. No queries here.

pub mod codes;
pub mod login;
pub mod passkey;
pub mod reset;
pub mod second_step;
pub mod setup;
