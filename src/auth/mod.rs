//! Authentication: sessions, passwords, second factors, passkeys, rate limits.

pub mod alive;
pub mod attempt;
mod change;
pub mod device;
pub mod end_reason;
mod known_device;
pub mod login;
pub mod passkey;
pub mod password;
pub mod password_reset;
mod rate_limit;
pub mod reauthentication;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod views;

pub use change::change;
pub use password::{Hasher, NewPassword, Verdict};
pub use rate_limit::{Action, RateLimiter, Subject};
pub use reauthentication::{Reauthentication, takes_code};
pub use second_factor::{recovery_code, requirement};
pub use session::SessionStore;
pub use views::{codes, passkey::ceremony as passkey_fields, setup};

use std::sync::Arc;

use crate::app::{App, Parts};
use crate::web::Sessions;

/// Adds what this room keeps between requests.
pub fn keep(parts: Parts) -> Parts {
    let (config, redis, users) = (&parts.config, parts.redis.clone(), parts.users.clone());
    let (idle, lifetime) = (config.session_idle(), config.session_lifetime());
    let store = SessionStore::new(redis.clone(), users, parts.signer.clone(), idle, lifetime);
    let sessions = Sessions::new(Arc::new(store), config.is_https(), idle, lifetime);
    let hasher = Hasher::new(config.argon2);
    parts.with(sessions).with(hasher).with(RateLimiter::new(redis))
}

/// The session store and its cookie.
pub fn sessions(app: &App) -> &Sessions<SessionStore> {
    app.kept()
}

/// The password hasher.
pub fn hasher(app: &App) -> &Hasher {
    app.kept()
}

/// The rate limiter.
pub fn rate_limiter(app: &App) -> &RateLimiter {
    app.kept()
}
