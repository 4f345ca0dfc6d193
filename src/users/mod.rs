//! Feature: people and their sign-ins, in the database `db_usuarios`.

pub mod acceptances;
pub mod account;
pub mod administration;
pub mod directory;
pub mod entries;
pub mod entry;
pub mod invitation;
pub mod invitations;
pub mod languages;
pub mod link;
pub mod log;
pub mod mail;
mod notices;
pub mod operator;
mod password;
pub mod people;
pub mod person_changes;
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
