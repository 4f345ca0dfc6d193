//! Who people are: the rows of accounts, of the installation's settings, and of one-time links to an account.

pub mod account;
pub mod link;
pub mod settings;

pub use account::{Account, EmailTaken};
