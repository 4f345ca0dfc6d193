//! tower-sessions' store: Redis first, and the row of the sign-in behind it.
//!
//! A session that Redis doesn't know is looked up in the database once and put back; with Redis away,
//! every request looks there. So a sign-in outlives Redis, and ends when its row ends.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

use super::sign_in::{self, Found, Hash, Origin};
use crate::db::Database;
use crate::redis::Redis;
use crate::web::session::{SIGN_IN, SignIn};

/// The key of a new session under which its [`Origin`] stands, on its way to the row.
pub const ORIGIN: &str = "origin";
/// How long "ended" stands in Redis: longer than any request that may still put the session back.
const TOMBSTONE: Duration = Duration::from_mins(10);
const ENDED: &str = "ended";
/// The row hears of a visit at most so often, in seconds.
const SEEN_EVERY: i64 = 600;

/// See the module.
#[derive(Clone)]
pub struct SessionStore {
    redis: Redis,
    users: Database,
    idle: Duration,
    lifetime: Duration,
}

impl std::fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionStore")
    }
}

impl SessionStore {
    /// Sessions end `idle` after the last request and `lifetime` after the sign-in.
    pub fn new(redis: Redis, users: Database, idle: Duration, lifetime: Duration) -> Self {
        Self { redis, users, idle, lifetime }
    }

    /// Tells Redis of sign-ins that ended while it was away. Any replica may do so, at any time.
    ///
    /// # Errors
    ///
    /// When the database or Redis is away still.
    pub async fn settle(&self) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
        for hash in self.users.run(async |connection| sign_in::lingering(connection).await).await? {
            let hash: Hash = hash.try_into().map_err(|_| "the id of a sign-in has 32 bytes")?;
            self.redis.set(&key(&hash), ENDED, TOMBSTONE).await?;
            self.users.run(async |connection| sign_in::settle(&hash, connection).await).await?;
        }
        Ok(())
    }

    async fn row_of(&self, hash: &Hash, redis_is_there: bool) -> Result<Option<SignIn>> {
        let found = self.users.run(async |connection| sign_in::find(hash, connection).await).await;
        let Some(found) = found.map_err(|error| Error::Backend(error.to_string()))? else { return Ok(None) };
        let sign_in = sign_in_of(&found);
        let unseen = OffsetDateTime::now_utc() - found.last_seen_at.assume_utc();
        if !self.is_alive(&sign_in) || unseen > self.idle + Duration::from_secs(SEEN_EVERY.unsigned_abs()) {
            return Ok(None);
        }
        if redis_is_there {
            // Only if there is nothing: "ended" must not be overwritten by what was read before the end.
            let _ = self.redis.set_if_new(&key(hash), &json(&sign_in)?, self.idle).await;
        }
        Ok(Some(sign_in))
    }

    fn is_alive(&self, sign_in: &SignIn) -> bool {
        let age = OffsetDateTime::now_utc().unix_timestamp() - sign_in.since;
        age < i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX)
    }

    /// Tells the row of this visit, without letting the visitor wait.
    fn note_visit(&self, hash: Hash, mut sign_in: SignIn) {
        let store = self.clone();
        tokio::spawn(async move {
            let Ok(old) = json(&sign_in) else { return };
            sign_in.seen = OffsetDateTime::now_utc().unix_timestamp();
            let Ok(new) = json(&sign_in) else { return };
            // Redis first: should the row fail, the next try is in ten minutes, not at every request. And
            // only over what was read: the sign-in may have ended meanwhile.
            let _ = store.redis.replace(&key(&hash), &old, &new, store.idle).await;
            let _ = store.users.run(async |connection| sign_in::touch(&hash, connection).await).await;
        });
    }

    async fn end(&self, hash: &Hash, because: &'static str) -> Result<()> {
        let ended = self.users.run(async |connection| sign_in::end(hash, because, connection).await).await;
        ended.map_err(|error| Error::Backend(error.to_string()))?;
        // The row is what counts. If this fails, `settle` does it.
        if self.redis.set(&key(hash), ENDED, TOMBSTONE).await.is_ok() {
            let _ = self.users.run(async |connection| sign_in::settle(hash, connection).await).await;
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl tower_sessions_core::SessionStore for SessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits do not collide.
        let hash = hash(&record.id);
        let sign_in: SignIn = take(record, SIGN_IN)?;
        let origin: Origin = take(record, ORIGIN)?;
        let account = sign_in.person.id;
        let stored = self
            .users
            .run(async |connection| sign_in::insert(&hash, account, &origin, connection).await)
            .await;
        stored.map_err(|error| Error::Backend(error.to_string()))?;
        // Without Redis the row is enough.
        let _ = self.redis.set(&key(&hash), &json(&sign_in)?, self.idle).await;
        Ok(())
    }

    /// Sessions do not change: what would have to be the same on all replicas does not belong into them.
    async fn save(&self, _: &Record) -> Result<()> {
        Err(Error::Backend("sessions are created and deleted, not changed".into()))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hash = hash(id);
        let cached = self.redis.get_sliding(&key(&hash), self.idle).await;
        let sign_in = match &cached {
            Ok(Some(text)) if text == ENDED => None,
            Ok(Some(text)) => {
                let sign_in: SignIn =
                    serde_json::from_str(text).map_err(|error| Error::Decode(error.to_string()))?;
                Some(sign_in).filter(|sign_in| self.is_alive(sign_in))
            }
            Ok(None) => self.row_of(&hash, true).await?,
            Err(_) => self.row_of(&hash, false).await?,
        };
        let Some(sign_in) = sign_in else { return Ok(None) };
        if OffsetDateTime::now_utc().unix_timestamp() - sign_in.seen > SEEN_EVERY {
            self.note_visit(hash, sign_in.clone());
        }
        let value = serde_json::to_value(&sign_in).map_err(|error| Error::Encode(error.to_string()))?;
        let data = HashMap::from([(SIGN_IN.to_owned(), value)]);
        Ok(Some(Record { id: *id, data, expiry_date: OffsetDateTime::now_utc() + self.idle }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.end(&hash(id), "signed_out").await
    }
}

fn take<T: serde::de::DeserializeOwned>(record: &Record, name: &str) -> Result<T> {
    let value = record.data.get(name).cloned().unwrap_or(Value::Null);
    serde_json::from_value(value).map_err(|error| Error::Encode(error.to_string()))
}

fn json(sign_in: &SignIn) -> Result<String> {
    serde_json::to_string(sign_in).map_err(|error| Error::Encode(error.to_string()))
}

fn sign_in_of(found: &Found) -> SignIn {
    SignIn {
        person: found.account.person(),
        since: found.created_at.assume_utc().unix_timestamp(),
        seen: found.last_seen_at.assume_utc().unix_timestamp(),
    }
}

fn hash(id: &Id) -> Hash {
    Sha256::digest(id.0.to_le_bytes()).into()
}

fn key(hash: &Hash) -> String {
    format!("bodega:session:{}", data_encoding::HEXLOWER.encode(hash))
}
