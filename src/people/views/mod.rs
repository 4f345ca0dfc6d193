//! The pages of people. No queries here.

pub mod acceptance;
pub mod account;
pub mod banner;
pub mod factor;
pub mod invitations;
pub mod passkeys;
pub mod people;
pub mod person;
pub mod register;
pub mod requirement;
mod sign_ins;
