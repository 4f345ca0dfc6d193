//! Passkeys (Web Authentication): signing in without a password, where the public URL allows it.

pub mod ceremony;
pub mod doors;
pub mod passkeys;
pub mod store;
