//! Telling Redis what has become of sign-ins. What it was not told of yet is marked as stale in the rows.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::AsyncConnection;
use futures_util::future::try_join_all;
use tokio::time::{sleep, timeout};

use super::State;
use super::store::SessionStore;
use crate::auth::sign_in::{self, Found, Hash, STALE_BATCH};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::id::Id;

/// A change waits so long at most for Redis to hear of it: longer than a restart of Redis takes, than a replica does not
/// ask it after a failure, and than telling it of thousands of one person's sign-ins.
const SOON: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(50);

/// The sign-ins that a change was about.
#[derive(Clone, Copy)]
enum Which<'a> {
    One(&'a Hash),
    Of(Id),
    All,
}

impl SessionStore {
    /// Tells Redis of all stale sign-ins, and trusts it from then on. Every replica does this at the start and now and
    /// then, in case Redis was away or a replica died after a change.
    ///
    /// # Errors
    ///
    /// When the database or Redis still is away.
    pub async fn sync(&self) -> Result<()> {
        let losses = self.copies.losses();
        let run = self.copies.run().await?;
        self.sync_stale(None).await?;
        self.copies.trust(run, losses);
        Ok(())
    }

    async fn sync_stale(&self, whose: Option<Id>) -> Result<()> {
        loop {
            let stale = self.users.run(async |connection| sign_in::stale(whose, connection).await).await?;
            let is_all = stale.values().map(Vec::len).sum::<usize>() < STALE_BATCH;
            for (account, hashes) in stale {
                self.sync_some(account, hashes).await?;
            }
            if is_all {
                return Ok(());
            }
        }
    }

    /// Whether Redis may say who is signed in: it was not lost since it was told everything.
    pub fn is_synced(&self) -> bool {
        self.copies.trusted_run().is_some()
    }

    /// Tells Redis after a change and before its answer: of this account's sign-ins, or of all. What takes longer than a
    /// second is left to whichever replica gets to it later.
    pub async fn sync_or_later(&self, whose: impl Into<Option<Id>>) {
        self.sync_soon(whose.into().map_or(Which::All, Which::Of)).await;
    }

    /// The same for one sign-in.
    pub async fn sync_one_or_later(&self, hash: &Hash) {
        self.sync_soon(Which::One(hash)).await;
    }

    async fn sync_soon(&self, which: Which<'_>) {
        let mut cause = None;
        let synced = timeout(SOON, async {
            while let Err(error) = Box::pin(self.sync_which(which)).await {
                cause = Some(error);
                sleep(AGAIN).await;
            }
        });
        if synced.await.is_err() {
            tracing::warn!(cause = cause.map(|error| error.to_string()), "sessions are told later");
        }
    }

    async fn sync_which(&self, which: Which<'_>) -> Result<()> {
        match which {
            Which::One(hash) => self.sync_one(hash).await,
            Which::Of(account) => self.sync_stale(Some(account)).await,
            Which::All => self.sync().await,
        }
    }

    async fn sync_one(&self, hash: &Hash) -> Result<()> {
        let account = self.users.run(async |connection| sign_in::account_of(hash, connection).await).await?;
        match account {
            Some(account) => self.sync_some(account, vec![*hash]).await,
            None => Ok(()),
        }
    }

    /// Tells Redis of these sign-ins of an account, under the rows' locks: what it is told last must be what the rows say
    /// last.
    ///
    /// # Errors
    ///
    /// When the database or Redis is away.
    pub async fn sync_some(&self, account: Id, hashes: Vec<Hash>) -> Result<()> {
        let run = self.copies.run().await?;
        let synced = self.users.run(async |connection| {
            let (store, hashes, run) = (self.clone(), hashes.clone(), Arc::clone(&run));
            let work = async move |connection: &mut Connection| {
                let found = sign_in::lock(account, &hashes, connection).await?;
                // All at once: the locks must not last as long as Redis needs for one after the other.
                let told = found.iter().map(|(hash, found)| store.tell(hash, found.as_ref(), &run));
                if let Err(error) = try_join_all(told).await {
                    return Ok(Err(error));
                }
                sign_in::mark_synced(&hashes, connection).await?;
                Ok::<_, diesel::result::Error>(Ok(()))
            };
            connection.transaction(work).await
        });
        synced.await?
    }

    async fn tell(&self, hash: &Hash, found: Option<&Found>, run: &str) -> Result<(), Error> {
        let state = found.map_or(State::Ended("disabled".into()), |found| self.state_of(found));
        self.copies.write(hash, run, &state).await
    }
}
