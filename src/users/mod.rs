//! Feature: people and their sign-ins, in the database `db_usuarios`.

pub mod account;
pub mod languages;
pub mod link;
pub mod log;
pub mod log_expiry;
pub mod mail;
pub mod operator;
mod password;
pub mod registrations;
mod session_store;
pub mod settings;
pub mod sign_in;
pub mod sign_ins;
mod throttle;
pub mod views;

pub use password::Hasher;
pub use session_store::SessionStore;
pub use throttle::Throttle;
