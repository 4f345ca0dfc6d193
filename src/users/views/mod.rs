//! What accounts look like: signing in, registering, and for administrators people, invitations, the log.

pub mod acceptance;
pub mod csv;
pub mod invitations;
pub mod log;
pub mod login;
mod pager;
pub mod people;
pub mod person;
pub mod register;
mod tabs;
mod words;
