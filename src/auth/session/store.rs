//! Looking sessions up, and ending them.

use std::collections::HashMap;
use std::time::Duration;

use diesel_async::AsyncConnection;
use time::OffsetDateTime;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store;

use super::copy::{Copies, Held};
use super::{SignIn, State, hash, timestamp};
use crate::audit::{Event, Source};
use crate::auth::sign_in::{self, Found, Hash};
use crate::db::{Connection, Database, committed};
use crate::error::{Error, Result};
use crate::redis::Redis;
use crate::web::Signer;

/// The row hears of a visit at most so often, in seconds.
const SEEN_EVERY: i64 = 600;

/// Where sessions are kept. See the module `session`.
#[derive(Clone)]
pub struct SessionStore {
    pub(super) copies: Copies,
    pub(super) users: Database,
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
    pub fn new(redis: Redis, users: Database, signer: Signer, idle: Duration, lifetime: Duration) -> Self {
        Self { copies: Copies::new(redis, signer, idle), users, idle, lifetime }
    }

    /// What is known of a session. Counts as a visit.
    ///
    /// # Errors
    ///
    /// When neither Redis nor the database can tell.
    pub async fn find(&self, id: &Id) -> Result<Option<State>> {
        let hash = hash(id);
        let held = match self.copies.trusted_run() {
            Some(run) => self.copies.visit(&hash, run).await.ok(),
            None => None,
        };
        let state = self.state(&hash, held).await?;
        if let Some(State::SignedIn(sign_in)) = &state
            && timestamp() - sign_in.seen > SEEN_EVERY
        {
            self.note_visit(hash, sign_in.clone());
        }
        Ok(state)
    }

    /// Whether a sign-in goes on. Does not count as a visit, and mostly costs one read of Redis.
    ///
    /// # Errors
    ///
    /// When Redis is away, or not trusted yet: this is asked too often for the database.
    pub async fn goes_on(&self, hash: &Hash) -> Result<bool> {
        let away = || Error::Away { what: "Redis", why: "lost a moment ago".into() };
        let run = self.copies.trusted_run().ok_or_else(away)?;
        let held = self.copies.peek(hash, run).await?;
        Ok(matches!(self.state(hash, Some(held)).await?, Some(State::SignedIn(_))))
    }

    /// By its copy or, where that does not tell, by its row, whose copy is then put back.
    async fn state(&self, hash: &Hash, held: Option<Held>) -> Result<Option<State>> {
        match held.as_ref().and_then(|held| held.state.as_ref()) {
            Some(State::SignedIn(sign_in)) if self.is_too_old(sign_in) => {
                return Ok(Some(State::Ended("expired".into())));
            }
            Some(state) => return Ok(Some(state.clone())),
            None => {}
        }
        let found = self.users.run(async |connection| sign_in::find(hash, connection).await).await?;
        let state = found.map(|found| self.state_of(&found));
        if let (Some(State::SignedIn(sign_in)), Some(held)) = (&state, held) {
            // Without Redis the row is enough.
            let _ = self.copies.put_back(hash, &held, sign_in).await;
        }
        Ok(state)
    }

    /// By its row.
    pub(super) fn state_of(&self, found: &Found) -> State {
        let sign_in = SignIn::from(found);
        let unseen = OffsetDateTime::now_utc() - found.last_seen_at.assume_utc();
        let is_idle = unseen > self.idle + Duration::from_secs(SEEN_EVERY.unsigned_abs());
        match &found.ended_because {
            Some(because) => State::Ended(because.clone()),
            None if is_idle || self.is_too_old(&sign_in) => State::Ended("expired".into()),
            None => State::SignedIn(sign_in),
        }
    }

    fn is_too_old(&self, sign_in: &SignIn) -> bool {
        timestamp() - sign_in.since >= i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX)
    }

    /// Tells the row of this visit, without letting the visitor wait.
    fn note_visit(&self, hash: Hash, sign_in: SignIn) {
        let store = self.clone();
        self.users.spawn(async move {
            let seen = SignIn { seen: timestamp(), ..sign_in.clone() };
            // Redis first: should the row fail, the next try is in ten minutes, not at every request. And only over
            // what was read: the sign-in may have ended meanwhile.
            if let Some(run) = store.copies.trusted_run() {
                let _ = store.copies.replace(&hash, &run, &sign_in, &seen).await;
            }
            let account = sign_in.person.id;
            let touch = store.users.run(async |connection| sign_in::touch(&hash, account, connection).await);
            let _ = touch.await;
        });
    }

    /// Ends a sign-in at its owner's request, with its entry in the audit log: the row first, so that no replica accepts
    /// the cookie any more, whatever Redis holds.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn sign_out(&self, id: &Id, source: &Source) -> Result<()> {
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
        self.sync_one_or_later(&hash).await;
        Ok(())
    }
}

/// For tower-sessions' `Session`. Pages ask [`SessionStore::find`], without the way through a map.
#[async_trait::async_trait]
impl tower_sessions_core::SessionStore for SessionStore {
    async fn save(&self, _: &Record) -> session_store::Result<()> {
        Err(session_store::Error::Backend("sessions are begun and ended, not changed".into()))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let state = self.find(id).await.map_err(|error| session_store::Error::Backend(error.to_string()))?;
        let Some(State::SignedIn(sign_in)) = state else { return Ok(None) };
        let value = serde_json::to_value(sign_in);
        let value = value.map_err(|error| session_store::Error::Encode(error.to_string()))?;
        let data = HashMap::from([("sign_in".to_owned(), value)]);
        Ok(Some(Record { id: *id, data, expiry_date: OffsetDateTime::now_utc() + self.idle }))
    }

    async fn delete(&self, _: &Id) -> session_store::Result<()> {
        Err(session_store::Error::Backend("sessions end by `sign_out`, which records it".into()))
    }
}
