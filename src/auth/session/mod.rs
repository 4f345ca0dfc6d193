//! Sessions: Redis first, and the row of the sign-in behind it.
//!
//! A session that Redis doesn't know is looked up in the database once and put back; while Redis is away, every request
//! looks there. So a sign-in outlives Redis, and ends when its row ends.
//!
//! A Redis that was lost and is back may say what was true before. It is trusted again only when it has been told of
//! everything that changed meanwhile ([`SessionStore::sync`]). What it holds is sealed for its key and for this run of
//! Redis, so that a Redis which was restarted without its last second is not trusted either, and writing to Redis makes
//! nobody somebody else.

mod copy;
mod store;
mod sync;

pub use store::SessionStore;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions_core::Session;
use tower_sessions_core::session::Id as SessionId;

use super::sign_in::{Found, Hash};
use crate::app::App;
use crate::auth;
use crate::web::{Person, Visitor};

/// What is known of a session.
#[derive(Clone, Debug)]
pub enum State {
    SignedIn(SignIn),
    /// And why: a key of the texts `ended-…`.
    Ended(String),
}

/// A sign-in as Redis holds it. Enough for any page, so that pages need no database of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    pub person: Person,
    /// Seconds since 1970, UTC.
    pub since: i64,
    /// When the row was last told of a visit, in the same unit.
    pub seen: i64,
}

impl From<&Found> for SignIn {
    fn from(found: &Found) -> Self {
        Self {
            person: found.account.person(),
            since: found.created_at.assume_utc().unix_timestamp(),
            seen: found.last_seen_at.assume_utc().unix_timestamp(),
        }
    }
}

/// Who sent a request. One round trip to Redis where a cookie came, none otherwise.
pub async fn visitor(app: &App, session: &Session) -> Visitor {
    let Some(id) = session.id() else { return Visitor::Nobody };
    match auth::sessions(app).store().find(&id).await {
        Ok(Some(State::SignedIn(sign_in))) => Visitor::SignedIn(sign_in.person),
        Ok(Some(State::Ended(because))) => Visitor::Ended(because),
        Ok(None) => Visitor::Nobody,
        Err(error) => Visitor::Unknown(error.to_string()),
    }
}

/// The key of the row of a request's sign-in, if a cookie came.
pub fn row_id(session: &Session) -> Option<Hash> {
    session.id().map(|id| hash(&id))
}

/// The key of the row of a session's sign-in.
pub fn hash(id: &SessionId) -> Hash {
    Sha256::digest(id.0.to_le_bytes()).into()
}

fn timestamp() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}
