//! Feature: the people of the organisation: registration, invitations, one's own account, administration.

pub mod account;
pub mod administration;
pub mod directory;
pub mod factor_resets;
pub mod handlers;
pub mod invitation;
pub mod language;
pub mod password_links;
pub mod registration;
pub mod requirement;
mod retention;
pub mod roles;
pub mod sign_in_endings;
pub mod suspensions;
pub mod views;

pub use retention::Retention;
