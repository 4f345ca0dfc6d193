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
use futures_util::future::try_join_all;
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tokio::time::{sleep, timeout};
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

use super::sign_in::{self, Found, Hash};
use crate::audit::log::{Event, Source};
use crate::db::{Connection, Database, committed};
use crate::error;
use crate::id::Id as AccountId;
use crate::redis::{Redis, RedisError};
use crate::web::{ENDED, SIGN_IN, SignIn, Signer};

/// How long "ended" stands in Redis: longer than any request that may still put the session back.
const TOMBSTONE: Duration = Duration::from_mins(10);
/// A change waits so long at most for Redis to hear of it: longer than its restart takes, than the moment in which a
/// replica does not ask it after a failure, and than telling it of thousands of one person's sign-ins.
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

/// The sign-ins that a change was about.
#[derive(Clone, Copy)]
enum Which<'a> {
    One(&'a Hash),
    Of(AccountId),
    All,
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

    /// Tells Redis what has become of all sign-ins, and then believes it: called at the start, and now and then by
    /// every replica for the case that Redis was away or a replica died after a change.
    ///
    /// # Errors
    ///
    /// When the database or Redis is away still.
    pub async fn settle(&self) -> error::Result<()> {
        let losses = self.redis.losses();
        let run = self.run().await.map_err(away)?;
        self.settle_those(None).await?;
        *self.believed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Believed { run, losses });
        Ok(())
    }

    async fn settle_those(&self, whose: Option<AccountId>) -> error::Result<()> {
        loop {
            let lingering =
                self.users.run(async |connection| sign_in::lingering(whose, connection).await).await?;
            let is_all = lingering.values().map(Vec::len).sum::<usize>() < sign_in::LINGERING;
            for (account, hashes) in lingering {
                self.settle_some(account, hashes).await?;
            }
            if is_all {
                return Ok(());
            }
        }
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

    /// Tells Redis after a change that is made, and before it is answered: what has become of this account's sign-ins,
    /// or of all. Should Redis be away for longer than a second, or all of it take longer, any replica does the rest
    /// later.
    pub async fn settle_or_later(&self, whose: impl Into<Option<AccountId>>) {
        self.settle_soon(whose.into().map_or(Which::All, Which::Of)).await;
    }

    /// The same for one sign-in.
    pub async fn settle_one_or_later(&self, hash: &Hash) {
        self.settle_soon(Which::One(hash)).await;
    }

    async fn settle_soon(&self, which: Which<'_>) {
        let mut cause = None;
        let settled = timeout(SOON, async {
            while let Err(error) = Box::pin(self.settle_which(which)).await {
                cause = Some(error);
                sleep(AGAIN).await;
            }
        });
        if settled.await.is_err() {
            tracing::warn!(cause = cause.map(|error| error.to_string()), "sessions are told later");
        }
    }

    async fn settle_which(&self, which: Which<'_>) -> error::Result<()> {
        match which {
            Which::One(hash) => self.settle_one(hash).await,
            Which::Of(account) => self.settle_those(Some(account)).await,
            Which::All => self.settle().await,
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

    /// Tells Redis of one sign-in, as its row is now.
    async fn settle_one(&self, hash: &Hash) -> error::Result<()> {
        let account = self.users.run(async |connection| sign_in::account_of(hash, connection).await).await?;
        match account {
            Some(account) => self.settle_some(account, vec![*hash]).await,
            None => Ok(()),
        }
    }

    /// Tells Redis of these sign-ins of an account, under the rows' locks: what it is told last must be what the rows
    /// say last.
    ///
    /// # Errors
    ///
    /// When the database or Redis is away.
    pub async fn settle_some(&self, account: AccountId, hashes: Vec<Hash>) -> error::Result<()> {
        let run = self.run().await.map_err(away)?;
        let settled = self.users.run(async |connection| {
            let (store, hashes, run) = (self.clone(), hashes.clone(), Arc::clone(&run));
            let work = async move |connection: &mut Connection| {
                let found = sign_in::lock(account, &hashes, connection).await?;
                // All at once: the locks are not to last as long as Redis needs for one after the other.
                let told = found.iter().map(|(hash, found)| store.tell(hash, found.as_ref(), &run));
                if let Err(error) = try_join_all(told).await {
                    return Ok(Err(error));
                }
                sign_in::settle(&hashes, connection).await?;
                Ok::<_, diesel::result::Error>(Ok(()))
            };
            connection.transaction(work).await
        });
        settled.await?.map_err(away)
    }

    async fn tell(
        &self,
        hash: &Hash,
        found: Option<&Found>,
        run: &str,
    ) -> std::result::Result<(), RedisError> {
        match found {
            // Also if Redis knew nothing: a replica may be about to put back what it read before.
            Some(found) if self.end_of(found).is_none() => {
                let sealed = self.sealed(hash, &sign_in_of(found), run).unwrap_or_default();
                self.redis.set_always(&key(hash), &sealed, self.idle).await
            }
            _ => {
                let because = found.and_then(|found| self.end_of(found)).unwrap_or("disabled");
                self.redis.set_always(&key(hash), &format!("{ENDED_PREFIX}{because}"), TOMBSTONE).await
            }
        }
    }

    async fn row_of(&self, hash: &Hash, gap: Gap<'_>) -> Result<Option<State>> {
        let found = self.users.run(async |connection| sign_in::find(hash, connection).await).await;
        let Some(found) = found.map_err(|error| Error::Backend(error.to_string()))? else { return Ok(None) };
        if let Some(because) = self.end_of(&found) {
            return Ok(Some(State::Ended(because.to_owned())));
        }
        let sign_in = sign_in_of(&found);
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

    /// Why a sign-in is over, if it is: by itself, too.
    fn end_of<'a>(&self, found: &'a Found) -> Option<&'a str> {
        let unseen = OffsetDateTime::now_utc() - found.last_seen_at.assume_utc();
        let is_over = !self.is_alive(&sign_in_of(found))
            || unseen > self.idle + Duration::from_secs(SEEN_EVERY.unsigned_abs());
        found.ended_because.as_deref().or(is_over.then_some("expired"))
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

    /// Ends a sign-in by its owner's wish, with its entry in the security log: the row first, so that no replica
    /// takes the cookie any more, whatever Redis holds.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn sign_out(&self, id: &Id, source: &Source) -> error::Result<()> {
        let hash = hash(id);
        let ended = self.users.run(async |connection| {
            let source = source.clone();
            let work = async move |connection: &mut Connection| {
                if !sign_in::end(&hash, "signed_out", connection).await? {
                    return Ok(());
                }
                let Some(found) = sign_in::find(&hash, connection).await? else { return Ok(()) };
                source.by(&found.account).record(Event::SignedOut, &found.account, "", connection).await
            };
            committed(connection.transaction(work)).await
        });
        ended.await?;
        self.settle_one_or_later(&hash).await;
        Ok(())
    }
}

fn away(error: RedisError) -> error::Error {
    error::Error::Away { what: "Redis", why: error.to_string() }
}

#[async_trait::async_trait]
impl tower_sessions_core::SessionStore for SessionStore {
    /// Sessions do not change: what would have to be the same on all replicas does not belong into them.
    async fn save(&self, _: &Record) -> Result<()> {
        Err(Error::Backend("sessions are begun and ended, not changed".into()))
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

    async fn delete(&self, _: &Id) -> Result<()> {
        Err(Error::Backend("sessions end by `sign_out`, with their entry in the security log".into()))
    }
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

/// The id of the row of a session's sign-in.
pub fn hash(id: &Id) -> Hash {
    Sha256::digest(id.0.to_le_bytes()).into()
}

/// What a value is sealed for.
fn purpose(hash: &Hash, run: &str) -> String {
    format!("{} of {run}", key(hash))
}

fn key(hash: &Hash) -> String {
    format!("bodega:session:{}", data_encoding::HEXLOWER.encode(hash))
}
