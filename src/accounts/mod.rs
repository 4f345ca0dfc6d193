//! Who people are: the rows of accounts, of the installation's settings, and of one-time links to an account.

pub mod account;
pub mod link;
pub mod settings;

pub use account::{Account, EmailTaken, email_key};
pub use link::{LinkKind, Secret};
