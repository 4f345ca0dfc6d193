//! How often a password or a code may be tried: counted in Redis for all replicas together, and by each replica for
//! itself while Redis is away.

mod counts;
mod local;
mod scripts;
mod subject;

pub use subject::{Action, Subject};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::redis::Redis;
use crate::web::Rejection;
use local::Local;
use scripts::{COUNT, FREE, LONGEST, PER_ADDRESS, SUCCESS, TRY, WINDOW, WITHDRAW};

/// How many counts of each kind a replica keeps in memory: some 10 MB.
const ROOM: usize = 50_000;

/// See the module.
#[derive(Clone)]
pub struct RateLimiter {
    redis: Redis,
    local: Arc<Mutex<Local>>,
}

impl RateLimiter {
    pub fn new(redis: Redis) -> Self {
        Self::with_room(redis, ROOM)
    }

    /// With room for so many counts of each kind while Redis is away; newcomers beyond that have to wait.
    pub fn with_room(redis: Redis, room: usize) -> Self {
        Self { redis, local: Arc::new(Mutex::new(Local::new(room))) }
    }

    /// Counts an action of an address.
    ///
    /// # Errors
    ///
    /// The time to wait, when the limit is reached.
    pub async fn count(&self, action: Action, address: &str) -> Result<(), Duration> {
        let key = action.key(address);
        let wait = match self.redis.script(COUNT, vec![key.clone()], vec![action.limit(), WINDOW]).await {
            Ok(wait) => wait,
            Err(_) => self.local().count(action, &key),
        };
        allowed(wait).inspect_err(|wait| {
            tracing::warn!(action = action.name(), address, seconds = wait.as_secs(), "rate limited");
        })
    }

    /// Makes a try at a password or a code, counted before it is made. A right one starts the subject's count anew, a
    /// wrong one (`is_wrong`) stays counted, and one that is neither is taken back: it may be repeated, on another
    /// replica, too.
    ///
    /// # Errors
    ///
    /// As the try, or [`Rejection::RateLimited`].
    pub async fn attempt<T>(
        &self,
        subject: Subject<'_>,
        address: &str,
        is_wrong: impl FnOnce(&Rejection) -> bool,
        attempt: impl Future<Output = Result<T, Rejection>>,
    ) -> Result<T, Rejection> {
        self.try_once(subject, address).await.map_err(Rejection::RateLimited)?;
        let result = attempt.await;
        match &result {
            Ok(_) => self.succeeded(subject, address).await,
            Err(rejection) if is_wrong(rejection) => {}
            Err(_) => self.withdraw(subject, address).await,
        }
        result
    }

    /// Counts a try from an address.
    ///
    /// # Errors
    ///
    /// The time to wait, when nothing may be tried now.
    pub async fn try_once(&self, subject: Subject<'_>, address: &str) -> Result<(), Duration> {
        let keys = subject.keys(address);
        let arguments = vec![FREE, LONGEST, PER_ADDRESS, WINDOW];
        let wait = match self.redis.script(TRY, keys.clone().into(), arguments).await {
            Ok(wait) => wait,
            Err(_) => self.local().try_once(subject, &keys),
        };
        allowed(wait)
    }

    /// Starts the subject's count anew, and takes one try of the address back.
    pub async fn succeeded(&self, subject: Subject<'_>, address: &str) {
        self.take_back(subject, address, SUCCESS, i64::MAX).await;
    }

    async fn withdraw(&self, subject: Subject<'_>, address: &str) {
        self.take_back(subject, address, WITHDRAW, 1).await;
    }

    async fn take_back(&self, subject: Subject<'_>, address: &str, script: &'static str, tries: i64) {
        let keys = subject.keys(address);
        let _ = self.redis.script(script, keys.clone().into(), Vec::new()).await;
        self.local().take_back(subject, &keys, tries);
    }

    fn local(&self) -> MutexGuard<'_, Local> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What seconds to wait mean.
fn allowed(wait: i64) -> Result<(), Duration> {
    match u64::try_from(wait) {
        Ok(0) | Err(_) => Ok(()),
        Ok(seconds) => Err(Duration::from_secs(seconds)),
    }
}
