//! tower-sessions' store: Redis first, and the row of the sign-in behind it.
//!
//! A session that Redis doesn't know is looked up in the database once and put back; with Redis away,
//! every request looks there. So a sign-in outlives Redis, and ends when its row ends.
//!
//! A Redis that was lost and is back may say what was true before. So it is believed again only when it has
//! been told of everything that changed meanwhile ([`SessionStore::settle`]); and what it holds was sealed for
//! its key and for this run of Redis, so that one which forgot its last second when it was started again is
//! not believed at all. The seal also sees to it that whoever can write there makes nobody somebody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel_async::AsyncConnection;
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

use super::sign_in::{self, Found, Hash, Origin};
use crate::db::Database;
use crate::redis::{Redis, RedisError};
use crate::web::Signer;
use crate::web::session::{ENDED, SIGN_IN, SignIn};

/// The key of a new session under which its [`Origin`] stands, on its way to the row.
pub const ORIGIN: &str = "origin";
/// How long "ended" stands in Redis: longer than any request that may still put the session back.
const TOMBSTONE: Duration = Duration::from_mins(10);
/// A change waits so long for Redis to hear of it: longer than its restart takes, and than the moment in
/// which a replica does not ask it after a failure.
const SOON: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(50);
/// What stands in Redis of a sign-in that has ended, before the reason.
const ENDED_PREFIX: &str = "ended:";
/// The row hears of a visit at most so often, in seconds.
const SEEN_EVERY: i64 = 600;

/// See the module.
#[derive(Clone)]
pub struct SessionStore {
    redis: Redis,
    users: Database,
    signer: Signer,
    idle: Duration,
    lifetime: Duration,
    believed: Arc<Mutex<Option<Believed>>>,
}

/// The Redis that has been told everything.
#[derive(Clone)]
struct Believed {
    run: Arc<str>,
    /// [`Redis::losses`] before it was told.
    losses: u64,
}

enum State {
    Alive(SignIn),
    /// And why: a key of the texts `ended-…`.
    Ended(String),
}

/// What a look into Redis came to, where it was not a session.
enum Gap<'a> {
    /// Or not to be believed yet.
    Away,
    /// Nothing was found in this run, or what was written by another release, by somebody else, or to an
    /// earlier run.
    In { run: &'a str, found: Option<&'a str> },
}

impl std::fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionStore")
    }
}

impl SessionStore {
    /// Sessions end `idle` after the last request and `lifetime` after the sign-in.
    pub fn new(redis: Redis, users: Database, signer: Signer, idle: Duration, lifetime: Duration) -> Self {
        Self { redis, users, signer, idle, lifetime, believed: Arc::default() }
    }

    /// Tells Redis what has become of sign-ins, and then believes it: called at the start, after every change,
    /// and now and then by every replica for the case that Redis was away or a replica died in between.
    ///
    /// # Errors
    ///
    /// When the database or Redis is away still.
    pub async fn settle(&self) -> std::result::Result<(), crate::serve::Failure> {
        let losses = self.redis.losses();
        let run = self.run().await?;
        loop {
            let hashes = self.users.run(async |connection| sign_in::lingering(connection).await).await?;
            let is_all = hashes.len() < sign_in::LINGERING;
            for hash in hashes {
                let hash: Hash = hash.try_into().map_err(|_| "the id of a sign-in has 32 bytes")?;
                self.settle_one(&hash).await?;
            }
            if is_all {
                break;
            }
        }
        *self.believed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Believed { run, losses });
        Ok(())
    }

    /// Whether Redis may say who is in: it was not lost since it was told everything.
    pub fn is_settled(&self) -> bool {
        self.believed_run().is_some()
    }

    fn believed_run(&self) -> Option<Arc<str>> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        (believed.losses == self.redis.losses()).then_some(believed.run)
    }

    /// The run of Redis that what is written now is written to.
    async fn run(&self) -> std::result::Result<Arc<str>, RedisError> {
        match self.believed_run() {
            Some(run) => Ok(run),
            None => Ok(self.redis.run_id().await?.into()),
        }
    }

    /// The same after a change that is made, and before it is answered: a Redis that has just been started
    /// again knows what it knew before the change. Should it be away longer, any replica does it later.
    pub async fn settle_or_later(&self) {
        self.settle_soon(None).await;
    }

    async fn settle_soon(&self, only: Option<&Hash>) {
        let deadline = Instant::now() + SOON;
        loop {
            let settled = match only {
                Some(hash) => self.settle_one(hash).await.map_err(Into::into),
                None => self.settle().await,
            };
            match settled {
                Ok(()) => return,
                Err(error) if Instant::now() >= deadline => {
                    tracing::warn!(cause = %error, "sessions are told later");
                    return;
                }
                Err(_) => sleep(AGAIN).await,
            }
        }
    }

    /// Whether a sign-in goes on. Does not count as a visit, and mostly costs one read of Redis.
    ///
    /// # Errors
    ///
    /// When Redis is away, or not believed yet: nobody then asks the database so often.
    pub async fn goes_on(&self, hash: &Hash) -> Result<bool> {
        let run = self.believed_run().ok_or_else(|| Error::Backend("Redis was lost a moment ago".into()))?;
        let cached = self.redis.get(&key(hash)).await.map_err(|error| Error::Backend(error.to_string()))?;
        Ok(matches!(self.state_of(hash, cached.as_deref(), &run).await?, Some(State::Alive(_))))
    }

    /// Under the row's lock: what Redis is told last must be what the row says last.
    async fn settle_one(&self, hash: &Hash) -> crate::error::Result<()> {
        let store = self.clone();
        let hash = *hash;
        let settled = self.users.run(async |connection| {
            let store = store.clone();
            connection
                .transaction(async move |connection| {
                    let Some(found) = sign_in::lock(&hash, connection).await? else { return Ok(Ok(())) };
                    let told = store.tell(&hash, &found).await;
                    if told.is_ok() {
                        sign_in::settle(&hash, connection).await?;
                    }
                    Ok::<_, diesel::result::Error>(told)
                })
                .await
        });
        settled.await?.map_err(|error| crate::error::Error::Away { what: "Redis", why: error.to_string() })
    }

    async fn tell(&self, hash: &Hash, found: &Found) -> std::result::Result<(), RedisError> {
        match &found.ended_because {
            Some(because) => self.redis.set(&key(hash), &format!("{ENDED_PREFIX}{because}"), TOMBSTONE).await,
            // Also if Redis knew nothing: a replica may be about to put back what it read before.
            None => {
                let sealed = self.sealed(hash, &sign_in_of(found), &self.run().await?).unwrap_or_default();
                self.redis.set(&key(hash), &sealed, self.idle).await
            }
        }
    }

    async fn row_of(&self, hash: &Hash, gap: Gap<'_>) -> Result<Option<State>> {
        let found = self.users.run(async |connection| sign_in::find(hash, connection).await).await;
        let Some(found) = found.map_err(|error| Error::Backend(error.to_string()))? else { return Ok(None) };
        if let Some(because) = found.ended_because {
            return Ok(Some(State::Ended(because)));
        }
        let sign_in = sign_in_of(&found);
        let unseen = OffsetDateTime::now_utc() - found.last_seen_at.assume_utc();
        if !self.is_alive(&sign_in) || unseen > self.idle + Duration::from_secs(SEEN_EVERY.unsigned_abs()) {
            return Ok(Some(State::Ended("expired".into())));
        }
        // Only over what was found: "ended" must not be overwritten by what was read before the end.
        let _ = match gap {
            Gap::Away => Ok(()),
            Gap::In { run, found } => {
                let sealed = self.sealed(hash, &sign_in, run)?;
                match found {
                    None => self.redis.set_if_new(&key(hash), &sealed, self.idle).await,
                    Some(text) => self.redis.replace(&key(hash), text, &sealed, self.idle).await,
                }
            }
        };
        Ok(Some(State::Alive(sign_in)))
    }

    /// What it is by what was found in Redis.
    async fn state_of(&self, hash: &Hash, found: Option<&str>, run: &str) -> Result<Option<State>> {
        let Some(text) = found else { return self.row_of(hash, Gap::In { run, found }).await };
        if let Some(because) = text.strip_prefix(ENDED_PREFIX) {
            return Ok(Some(State::Ended(because.to_owned())));
        }
        let sign_in = self.signer.unseal(&purpose(hash, run), text);
        let sign_in = sign_in.and_then(|json| serde_json::from_slice::<SignIn>(&json).ok());
        match sign_in {
            Some(sign_in) if self.is_alive(&sign_in) => Ok(Some(State::Alive(sign_in))),
            Some(_) => Ok(Some(State::Ended("expired".into()))),
            None => self.row_of(hash, Gap::In { run, found }).await,
        }
    }

    fn sealed(&self, hash: &Hash, sign_in: &SignIn, run: &str) -> Result<String> {
        let json = serde_json::to_vec(sign_in).map_err(|error| Error::Encode(error.to_string()))?;
        Ok(self.signer.seal(&purpose(hash, run), &json))
    }

    fn is_alive(&self, sign_in: &SignIn) -> bool {
        let age = OffsetDateTime::now_utc().unix_timestamp() - sign_in.since;
        age < i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX)
    }

    /// Tells the row of this visit, without letting the visitor wait.
    fn note_visit(&self, hash: Hash, mut sign_in: SignIn) {
        let store = self.clone();
        self.users.spawn(async move {
            let old = sign_in.clone();
            sign_in.seen = OffsetDateTime::now_utc().unix_timestamp();
            // Redis first: should the row fail, the next try is in ten minutes, not at every request. And
            // only over what was read: the sign-in may have ended meanwhile.
            if let Some(run) = store.believed_run()
                && let (Ok(old), Ok(new)) =
                    (store.sealed(&hash, &old, &run), store.sealed(&hash, &sign_in, &run))
            {
                let _ = store.redis.replace(&key(&hash), &old, &new, store.idle).await;
            }
            let account = sign_in.person.id;
            let touch = store.users.run(async |connection| sign_in::touch(&hash, account, connection).await);
            let _ = touch.await;
        });
    }

    async fn end(&self, hash: &Hash, because: &'static str) -> Result<()> {
        let ended = self.users.run(async |connection| sign_in::end(hash, because, connection).await).await;
        ended.map_err(|error| Error::Backend(error.to_string()))?;
        self.settle_soon(Some(hash)).await;
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
        // From the row, as it is now: the account may have changed since its password was verified.
        // Without Redis the row is enough.
        let _ = self.settle_one(&hash).await;
        Ok(())
    }

    /// Sessions do not change: what would have to be the same on all replicas does not belong into them.
    async fn save(&self, _: &Record) -> Result<()> {
        Err(Error::Backend("sessions are created and deleted, not changed".into()))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hash = hash(id);
        let state = match self.believed_run() {
            None => self.row_of(&hash, Gap::Away).await?,
            Some(run) => match self.redis.get_sliding(&key(&hash), self.idle).await {
                Ok(cached) => self.state_of(&hash, cached.as_deref(), &run).await?,
                Err(_) => self.row_of(&hash, Gap::Away).await?,
            },
        };
        let (name, value) = match state {
            None => return Ok(None),
            Some(State::Ended(because)) => (ENDED, Value::String(because)),
            Some(State::Alive(sign_in)) => {
                if OffsetDateTime::now_utc().unix_timestamp() - sign_in.seen > SEEN_EVERY {
                    self.note_visit(hash, sign_in.clone());
                }
                let value = serde_json::to_value(&sign_in);
                (SIGN_IN, value.map_err(|error| Error::Encode(error.to_string()))?)
            }
        };
        let data = HashMap::from([(name.to_owned(), value)]);
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

fn sign_in_of(found: &Found) -> SignIn {
    SignIn {
        person: found.account.person(),
        since: found.created_at.assume_utc().unix_timestamp(),
        seen: found.last_seen_at.assume_utc().unix_timestamp(),
    }
}

/// The id of the row of a request's sign-in, if a cookie came.
pub fn row_id(session: &tower_sessions_core::Session) -> Option<Hash> {
    session.id().map(|id| hash(&id))
}

fn hash(id: &Id) -> Hash {
    Sha256::digest(id.0.to_le_bytes()).into()
}

/// What a value is sealed for.
fn purpose(hash: &Hash, run: &str) -> String {
    format!("{} of {run}", key(hash))
}

fn key(hash: &Hash) -> String {
    format!("bodega:session:{}", data_encoding::HEXLOWER.encode(hash))
}
