//! What accounts look like: signing in and registering.

pub mod factor;
pub mod login;
pub mod passkey;
pub mod register;
