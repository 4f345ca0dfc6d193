//! Redis: the few commands that Bodega needs, and the impatience with which it is asked.
//!
//! Everything in Redis can be had elsewhere, only slower. So nothing waits for it long: a command fails
//! after half a second, and for a moment after that nobody asks at all. A Redis that is full (`maxmemory`)
//! refuses to write and is not away: what it holds is as good as before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fred::clients::WithOptions;
use fred::prelude::*;
use fred::types::InfoKind;
use fred::types::config::{ConnectionConfig, Options, PerformanceConfig, ReconnectError, UnresponsiveConfig};
use fred::types::{CustomCommand, Expiration, SetOptions};

use crate::error::Error;

const COMMAND_TIMEOUT: Duration = Duration::from_millis(500);
/// After a failure, others fail at once for so long.
const PAUSE: Duration = Duration::from_millis(300);

/// A connection to Redis that mends itself. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    started: Instant,
    /// Milliseconds from `started` until which Redis is taken for away.
    away_until: Arc<AtomicU64>,
    failures: Arc<AtomicU64>,
    losses: Arc<AtomicU64>,
}

/// Redis did not answer, or not as expected.
#[derive(Debug, thiserror::Error)]
#[error("Redis: {0}")]
pub struct RedisError(String);

type Result<T> = std::result::Result<T, RedisError>;

impl From<RedisError> for Error {
    fn from(error: RedisError) -> Self {
        Self::Away { what: "Redis", why: error.to_string() }
    }
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redis")
    }
}

impl Redis {
    /// Begins to connect, and goes on trying for ever.
    ///
    /// # Errors
    ///
    /// When the URL is not one of Redis.
    pub fn new(url: &url::Url) -> Result<Self> {
        let mut config = Config::from_url(url.as_str()).map_err(|error| RedisError(error.to_string()))?;
        // Else a Redis that is not there at first is never asked again.
        config.fail_fast = false;
        let client = Builder::from_config(config)
            .with_connection_config(|config: &mut ConnectionConfig| {
                config.connection_timeout = Duration::from_millis(500);
                config.internal_command_timeout = Duration::from_millis(1500);
                config.max_command_attempts = 1;
                config.max_command_buffer_len = 10_000;
                config.unresponsive = UnresponsiveConfig {
                    max_timeout: Some(Duration::from_secs(1)),
                    interval: Duration::from_millis(200),
                };
                config.reconnect_errors =
                    vec![ReconnectError::Loading, ReconnectError::ReadOnly, ReconnectError::MasterDown];
            })
            .with_performance_config(|config: &mut PerformanceConfig| {
                config.default_command_timeout = COMMAND_TIMEOUT;
            })
            .set_policy(ReconnectPolicy::new_constant(0, 100))
            .build()
            .map_err(|error| RedisError(error.to_string()))?;
        let losses = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&losses);
        // Told before the next try to connect, which is 100 ms later.
        client.on_error(move |_| {
            counted.fetch_add(1, Ordering::AcqRel);
            std::future::ready(Ok(()))
        });
        client.connect();
        let (away_until, failures) = Default::default();
        Ok(Self { client, started: Instant::now(), away_until, failures, losses })
    }

    /// How often Redis was lost since the start: a command failed or a connection ended. As long as this stays
    /// the same, whatever Redis acknowledged to this process is still so.
    pub fn losses(&self) -> u64 {
        self.losses.load(Ordering::Acquire)
    }

    /// Which run of Redis this is: another after a restart, and with another server in its place (`run_id` of
    /// `INFO server`). Such a one may have forgotten what the former acknowledged.
    ///
    /// # Errors
    ///
    /// When Redis is away, or the user of the URL may not ask `INFO`.
    pub async fn run_id(&self) -> Result<String> {
        let info: String = self.ask(self.impatient().info(Some(InfoKind::Server))).await?;
        let run_id = info.lines().find_map(|line| line.strip_prefix("run_id:"));
        run_id.map(|id| id.trim().to_owned()).ok_or_else(|| RedisError("INFO without a run_id".into()))
    }

    /// Commands that failed since the start.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Asks whether Redis is there.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub async fn ping(&self) -> Result<()> {
        self.ask(self.impatient().ping::<String>(None)).await.map(|_| ())
    }

    /// The value of a key, whose expiry moves to `expiry` from now in the same round trip (`GETEX`).
    ///
    /// # Errors
    ///
    /// When Redis is away.
    pub async fn get_sliding(&self, key: &str, expiry: Duration) -> Result<Option<String>> {
        let command = CustomCommand::new_static("GETEX", None, false);
        let arguments: Vec<Value> = vec![key.into(), "EX".into(), seconds(expiry).into()];
        self.ask(self.impatient().custom(command, arguments)).await
    }

    /// The value of a key, whose expiry stays what it is.
    ///
    /// # Errors
    ///
    /// When Redis is away.
    pub async fn get(&self, key: &str) -> Result<Option<String>> {
        self.ask(self.impatient().get(key)).await
    }

    /// Sets a key, also over another value.
    ///
    /// # Errors
    ///
    /// When Redis is away or full.
    pub async fn set(&self, key: &str, value: &str, expiry: Duration) -> Result<()> {
        let expiry = Some(Expiration::EX(seconds(expiry)));
        self.ask(self.impatient().set(key, value, expiry, None, false)).await
    }

    /// The same in a Redis that is full, too: for what must not stay as it was.
    ///
    /// # Errors
    ///
    /// When Redis is away.
    pub async fn set_always(&self, key: &str, value: &str, expiry: Duration) -> Result<()> {
        // Once a script has written something, Redis refuses it nothing for want of room.
        const SET: &str = "redis.call('DEL', KEYS[1]) \
             redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) return 0";
        let arguments: Vec<Value> = vec![value.into(), seconds(expiry).into()];
        self.ask(self.impatient().eval::<i64, _, _, _>(SET, key, arguments)).await.map(|_| ())
    }

    /// Sets a key that has no value yet, and says nothing otherwise.
    ///
    /// # Errors
    ///
    /// When Redis is away or full.
    pub async fn set_if_new(&self, key: &str, value: &str, expiry: Duration) -> Result<()> {
        let expiry = Some(Expiration::EX(seconds(expiry)));
        let client = self.impatient();
        let set = client.set::<Option<String>, _, _>(key, value, expiry, Some(SetOptions::NX), false);
        self.ask(set).await.map(|_| ())
    }

    /// Sets a key to another value, if it has this one still; in a Redis that is full, too.
    ///
    /// # Errors
    ///
    /// When Redis is away.
    pub async fn replace(&self, key: &str, old: &str, new: &str, expiry: Duration) -> Result<()> {
        const REPLACE: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) \
             redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end return 0";
        let arguments: Vec<Value> = vec![old.into(), new.into(), seconds(expiry).into()];
        self.ask(self.impatient().eval::<i64, _, _, _>(REPLACE, key, arguments)).await.map(|_| ())
    }

    /// Sets a new key as one of so many that share a name: the oldest of them give way.
    ///
    /// # Errors
    ///
    /// When Redis is away, or full.
    pub async fn set_within(
        &self,
        (share, most): (&str, i64),
        key: &str,
        value: &str,
        expiry: Duration,
    ) -> Result<()> {
        const SET: &str = "while redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[3]) do \
             redis.call('DEL', redis.call('LPOP', KEYS[2])) end \
             redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) \
             redis.call('RPUSH', KEYS[2], KEYS[1]) return redis.call('EXPIRE', KEYS[2], ARGV[2])";
        let arguments: Vec<Value> = vec![value.into(), seconds(expiry).into(), most.into()];
        self.ask(self.impatient().eval::<i64, _, _, _>(SET, vec![key, share], arguments)).await.map(|_| ())
    }

    /// Runs a Lua script, atomically.
    ///
    /// # Errors
    ///
    /// When Redis is away, or full before the script's first write, or the script fails.
    pub async fn script(&self, script: &'static str, keys: Vec<String>, arguments: Vec<i64>) -> Result<i64> {
        self.ask(self.impatient().eval(script, keys, arguments)).await
    }

    /// Fails at once without a connection, and is never sent twice.
    fn impatient(&self) -> WithOptions<Client> {
        let options = Options { fail_fast: true, max_attempts: Some(1), ..Options::default() };
        self.client.with_options(&options)
    }

    async fn ask<T>(&self, command: impl Future<Output = FredResult<T>>) -> Result<T> {
        if self.milliseconds() < self.away_until.load(Ordering::Relaxed) {
            return Err(RedisError("away a moment ago".into()));
        }
        command.await.map_err(|error| {
            self.failures.fetch_add(1, Ordering::Relaxed);
            if !is_full(&error) {
                self.lost();
            }
            RedisError(error.to_string())
        })
    }

    fn lost(&self) {
        self.losses.fetch_add(1, Ordering::AcqRel);
        let until = self.milliseconds() + u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX);
        self.away_until.store(until, Ordering::Relaxed);
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// By text, since an older Redis wraps it when a script meets it.
fn is_full(error: &fred::error::Error) -> bool {
    error.details().contains("OOM command not allowed")
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
