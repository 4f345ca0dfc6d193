//! Passkeys (Web Authentication): signing in without a password, where the public URL allows it.

mod ceremony;
mod store;

pub use ceremony::{broken, find_state, is_cross_origin, is_possible, keep_state, key_of, webauthn};
pub use store::{Row, credentials, delete, delete_all, find, insert, of, used};
