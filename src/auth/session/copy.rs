//! The copies of sign-ins in Redis, each sealed for its key and for one run of Redis.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{SignIn, State};
use crate::auth::sign_in::Hash;
use crate::error::{Error, Result};
use crate::redis::Redis;
use crate::web::Signer;

/// How long "ended" stands in Redis: longer than any request that may still put the session back.
const TOMBSTONE: Duration = Duration::from_mins(10);
/// What stands in Redis of a sign-in that has ended, before the reason.
const ENDED: &str = "ended:";

/// See the module.
#[derive(Clone)]
pub struct Copies {
    redis: Redis,
    signer: Signer,
    idle: Duration,
    trusted: Arc<Mutex<Option<Trusted>>>,
}

/// The Redis that has been told everything.
#[derive(Clone)]
struct Trusted {
    run: Arc<str>,
    /// [`Redis::losses`] before it was told.
    losses: u64,
}

/// What Redis held under a key.
pub struct Held {
    run: Arc<str>,
    text: Option<String>,
    /// `None` where there was nothing, or what another release, somebody else, or an earlier run of Redis wrote.
    pub state: Option<State>,
}

impl Copies {
    pub fn new(redis: Redis, signer: Signer, idle: Duration) -> Self {
        Self { redis, signer, idle, trusted: Arc::default() }
    }

    /// The run of Redis that may say who is signed in: it was not lost since it was told everything.
    pub fn trusted_run(&self) -> Option<Arc<str>> {
        let trusted = self.trusted().clone()?;
        (trusted.losses == self.redis.losses()).then_some(trusted.run)
    }

    /// The run of Redis that is written to now.
    pub async fn run(&self) -> Result<Arc<str>> {
        match self.trusted_run() {
            Some(run) => Ok(run),
            None => Ok(self.redis.run_id().await?.into()),
        }
    }

    pub fn losses(&self) -> u64 {
        self.redis.losses()
    }

    /// Trusts a run of Redis that has been told everything since it was lost so often.
    pub fn trust(&self, run: Arc<str>, losses: u64) {
        *self.trusted() = Some(Trusted { run, losses });
    }

    fn trusted(&self) -> MutexGuard<'_, Option<Trusted>> {
        self.trusted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a copy, which then stays for another idle time.
    pub async fn visit(&self, hash: &Hash, run: Arc<str>) -> Result<Held> {
        let text = self.redis.get_sliding(&key(hash), self.idle).await?;
        Ok(self.held(hash, run, text))
    }

    /// The same without counting as a visit.
    pub async fn peek(&self, hash: &Hash, run: Arc<str>) -> Result<Held> {
        let text = self.redis.get(&key(hash)).await?;
        Ok(self.held(hash, run, text))
    }

    fn held(&self, hash: &Hash, run: Arc<str>, text: Option<String>) -> Held {
        let state = text.as_deref().and_then(|text| match text.strip_prefix(ENDED) {
            Some(because) => Some(State::Ended(because.to_owned())),
            None => {
                let json = self.signer.unseal(&purpose(hash, &run), text)?;
                serde_json::from_slice(&json).ok().map(State::SignedIn)
            }
        });
        Held { run, text, state }
    }

    /// Puts a sign-in back, in the place of what was found and of nothing else: "ended" must not be overwritten by what
    /// was read before the end.
    pub async fn put_back(&self, hash: &Hash, held: &Held, sign_in: &SignIn) -> Result<()> {
        let sealed = self.sealed(hash, sign_in, &held.run)?;
        match &held.text {
            None => self.redis.set_if_new(&key(hash), &sealed, self.idle).await?,
            Some(text) => self.redis.replace(&key(hash), text, &sealed, self.idle).await?,
        }
        Ok(())
    }

    /// Replaces a copy by a newer one, if it still is the older one.
    pub async fn replace(&self, hash: &Hash, run: &str, old: &SignIn, new: &SignIn) -> Result<()> {
        let (old, new) = (self.sealed(hash, old, run)?, self.sealed(hash, new, run)?);
        Ok(self.redis.replace(&key(hash), &old, &new, self.idle).await?)
    }

    /// Writes what has become of a sign-in, whatever Redis holds, and even if it holds nothing: a replica may be about to
    /// put back what it read before.
    pub async fn write(&self, hash: &Hash, run: &str, state: &State) -> Result<()> {
        let (text, expiry) = match state {
            State::SignedIn(sign_in) => (self.sealed(hash, sign_in, run)?, self.idle),
            State::Ended(because) => (format!("{ENDED}{because}"), TOMBSTONE),
        };
        Ok(self.redis.set_always(&key(hash), &text, expiry).await?)
    }

    fn sealed(&self, hash: &Hash, sign_in: &SignIn, run: &str) -> Result<String> {
        let json = serde_json::to_vec(sign_in).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(self.signer.seal(&purpose(hash, run), &json))
    }
}

/// What a copy is sealed for.
fn purpose(hash: &Hash, run: &str) -> String {
    format!("{} of {run}", key(hash))
}

fn key(hash: &Hash) -> String {
    format!("bodega:session:{}", data_encoding::HEXLOWER.encode(hash))
}
