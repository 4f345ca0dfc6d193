//! Passkeys (Web Authentication): signing in without a password, where the public URL allows it.

pub mod ceremony;
pub mod store;
