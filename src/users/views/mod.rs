//! What accounts look like: signing in and registering.

pub mod account;
pub mod login;
pub mod register;
pub mod reset;
mod sign_ins;
