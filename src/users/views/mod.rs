//! What accounts look like: signing in, registering, and for administrators people, invitations, the log.

pub mod acceptance;
pub mod account;
pub mod csv;
pub mod factor;
pub mod invitations;
pub mod log;
pub mod login;
mod pager;
pub mod passkey;
pub mod people;
pub mod person;
pub mod register;
pub mod reset;
mod sign_ins;
mod words;
