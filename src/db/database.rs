//! A database: its pool and its retries.

use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncMysqlConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use rand::Rng;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::task::TaskTracker;
use url::Url;

use super::Retry;
use crate::error::{Error, Result};

pub type Connection = AsyncMysqlConnection;

/// How long a request is held while its database is away. With HAProxy's three retries on other replicas, outages of
/// four times this are bridged.
const HOLD: Duration = Duration::from_millis(2800);
/// Requests held at once; more get a 503 without waiting.
const HELD: usize = 200;
/// A connection that keeps more statements prepared is replaced: searches have hundreds of texts, and a server
/// keeps only so many for all connections together (16,382, unless it is told otherwise).
const PREPARED: usize = 120;
/// Connecting, with the server's greeting.
const CONNECT: Duration = Duration::from_secs(1);

/// What a database is asked to do. It may be called again, on another connection.
pub trait Work<T>:
    for<'c> AsyncFnOnce(&'c mut Connection) -> QueryResult<T>
    + for<'c> Call<&'c mut Connection, QueryResult<T>, Fut: Send>
    + Send
{
}

impl<T, F> Work<T> for F where
    F: for<'c> AsyncFnOnce(&'c mut Connection) -> QueryResult<T>
        + for<'c> Call<&'c mut Connection, QueryResult<T>, Fut: Send>
        + Send
{
}

/// The bound of diesel-async's `transaction`, which lets the future be `Send`.
pub trait Call<C, R>: AsyncFnOnce(C) -> R + FnOnce(C) -> <Self as Call<C, R>>::Fut + Clone {
    type Fut: Future<Output = R>;
}

impl<F, C, Fut, R> Call<C, R> for F
where
    F: AsyncFnOnce(C) -> R + FnOnce(C) -> Fut + Clone,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

/// A MySQL database and its pool of connections. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    name: &'static str,
    pool: Pool<Connection>,
    held: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl Database {
    /// A pool of at most so many connections, which connects when first asked.
    pub fn new(name: &'static str, url: &Url, connections: u16) -> Self {
        let mut config = ManagerConfig::default();
        // No ping per use: `run` replaces dead connections.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| {
            let url = url.to_owned();
            async move { connect(&url).await }.boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(url.as_str(), config);
        let pool = Pool::builder(manager)
            .max_size(connections.into())
            .build()
            .expect("only timeouts of the pool's own need more");
        Self { name, pool, held: Arc::new(Semaphore::new(HELD)), tasks: TaskTracker::new() }
    }

    /// `db_usuarios` or `db_productos`, for logs and metrics.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Open and idle connections, and waiting requests.
    pub fn pool_state(&self) -> (usize, usize, usize) {
        let status = self.pool.status();
        (status.size, status.available, status.waiting)
    }

    /// Runs something to its end even if the visitor goes away.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.tasks.spawn(work)
    }

    /// Waits for all such tasks.
    pub async fn finished(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Does `work` on a connection, and again after errors that another try may cure: it must be idempotent.
    ///
    /// # Errors
    ///
    /// [`Error::Away`] when the database is not back within 2.8 s, or too many wait already; [`Error::TooSlow`] when a
    /// statement hit its limit (see [`super::RawQuery`]); [`Error::Query`] for everything else.
    pub async fn run<T, F: Work<T>>(&self, work: F) -> Result<T> {
        let deadline = Instant::now() + HOLD;
        let (mut pause, mut held) = (Duration::from_millis(20), None);
        loop {
            let failure = match self.attempt(work.clone(), deadline).await {
                Ok(result) => return result,
                Err(failure) => failure,
            };
            if held.is_none() {
                held = Some(self.held.try_acquire().map_err(|_| self.away("too many wait for it"))?);
            }
            pause = (pause * 2).min(Duration::from_millis(250));
            // Jitter: requests that failed together should not return together.
            let next = Instant::now() + pause.mul_f64(rand::rng().random_range(0.5..1.0));
            if next >= deadline {
                return Err(self.away(&failure));
            }
            tracing::debug!(database = self.name, failure, "trying again");
            sleep(next - Instant::now()).await;
        }
    }

    /// One try. The inner result is final; the outer error is why to try again.
    async fn attempt<T, F: Work<T>>(
        &self,
        work: F,
        deadline: Instant,
    ) -> std::result::Result<Result<T>, String> {
        let mut lent = match timeout_at(deadline, self.pool.get()).await {
            Ok(Ok(connection)) => Lent(Some(connection)),
            Ok(Err(error)) => return Err(error.to_string()),
            Err(_) => return Err("no connection free".into()),
        };
        let Ok(result) = timeout_at(deadline, work(lent.connection())).await else {
            self.discard(lent);
            return Err("no answer".into());
        };
        let error = match result {
            Ok(value) => {
                lent.give_back();
                return Ok(Ok(value));
            }
            Err(error) => error,
        };
        let retry = Retry::of(&error);
        match retry {
            Retry::Reconnect => self.discard(lent),
            _ => lent.give_back(),
        }
        match retry {
            Retry::Reconnect | Retry::Transaction => Err(error.to_string()),
            Retry::TooSlow => Ok(Err(Error::TooSlow)),
            Retry::Fatal => Ok(Err(Error::Query(error))),
        }
    }

    /// Closes a broken connection, and the idle ones, which probably broke with it.
    fn discard(&self, connection: Lent) {
        drop(connection);
        self.pool.retain(|_, _| false);
    }

    fn away(&self, why: &str) -> Error {
        Error::Away { what: self.name, why: why.to_owned() }
    }
}

/// A connection while work is done on it. Dropped before the work has ended, because a visitor went away or
/// a handler panicked, it is closed: the answer that is still on its way would be taken for that of the
/// next question, of another visitor.
struct Lent(Option<Object<Connection>>);

impl Lent {
    fn connection(&mut self) -> &mut Connection {
        self.0.as_mut().expect("there until it is given back")
    }

    fn give_back(mut self) {
        let Some(mut connection) = self.0.take() else { return };
        let prepared = connection.instrumentation().downcast_ref::<Prepared>();
        if prepared.is_some_and(|prepared| prepared.0 > PREPARED) {
            drop(Object::take(connection));
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// Counts the statements that a connection keeps prepared. Its cache has no bound of its own.
struct Prepared(usize);

impl Instrumentation for Prepared {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::CacheQuery { .. } = event {
            self.0 += 1;
        }
    }
}

/// Connects, and sets what this application relies on for every session.
pub async fn connect(url: &str) -> diesel::ConnectionResult<Connection> {
    let mut connection = timeout(CONNECT, Connection::establish(url))
        .await
        .map_err(|_| diesel::ConnectionError::BadConnection("no answer within a second".into()))??;
    // Who waits for the lock of somebody who is frozen must not wait for MySQL's default 50 s; and somebody
    // whose machine has vanished must not keep locks for its default 8 h. MariaDB can do better: it ends a
    // transaction in which nothing happens. Errors are known by their texts, whatever the server's language.
    let settings = "SET SESSION innodb_lock_wait_timeout = 2, wait_timeout = 60, lc_messages = 'en_US', \
         sql_mode = 'TRADITIONAL,NO_ENGINE_SUBSTITUTION' /*M!100300 , idle_transaction_timeout = 3 */";
    connection.batch_execute(settings).await.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    connection.set_instrumentation(Prepared(0));
    Ok(connection)
}
