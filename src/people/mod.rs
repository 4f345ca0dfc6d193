//! Feature: the organisation's people: joining, one's own account, and what administrators do.

pub mod account;
pub mod administration;
pub mod changes;
pub mod directory;
pub mod factor_reset;
pub mod handlers;
pub mod invitation;
pub mod language;
mod notices;
pub mod registration;
pub mod requirement;
pub mod retention;
pub mod views;
