//! Feature: people and their sign-ins, in the database `db_usuarios`.

pub mod acceptances;
pub mod account;
pub mod administration;
pub mod delivery;
pub mod device;
pub mod directory;
pub mod ended;
pub mod entries;
pub mod entry;
pub mod factor;
pub mod invitation;
pub mod invitations;
mod known_device;
pub mod languages;
pub mod letters;
pub mod link;
pub mod log;
pub mod mail;
mod notices;
pub mod operator;
pub mod own;
pub mod passkey;
mod password;
pub mod people;
pub mod person_changes;
pub mod registrations;
pub mod resets;
mod session_store;
pub mod settings;
pub mod sign_in;
pub mod sign_ins;
mod throttle;
pub mod views;

pub use password::Hasher;
pub use session_store::SessionStore;
pub use throttle::Throttle;
