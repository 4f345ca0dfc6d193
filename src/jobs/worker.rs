//! What a replica does about jobs: takes what is due, a few at a time, and writes down what became of it.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::queue::{self, Job};
use super::{Kind, Recurring, Run, Stop, recurring};
use crate::app::App;
use crate::db::{Connection, Database};
use crate::error::Result;

/// Jobs at once, of each database. Each may hold a connection.
const AT_ONCE: usize = 4;
/// Pauses after failures: 5 s, 10 s, 20 s … 15 min.
const PAUSE: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_mins(15);

/// Does a job; says what has become of it, and how far it has got.
type Work = Arc<dyn Fn(App, Job, Run) -> BoxFuture<'static, (Job, Outcome)> + Send + Sync>;
type Outcome = std::result::Result<(), Stop>;

/// What the worker has to know of a kind.
#[derive(Clone)]
struct Known {
    database: fn(&App) -> &Database,
    lease: Duration,
    tries: u32,
    every: Option<Duration>,
    work: Work,
}

/// Does jobs of the kinds that it knows. Those of other releases are left to their replicas.
#[derive(Clone, Default)]
pub struct Worker {
    kinds: HashMap<&'static str, Known>,
    recurring: Vec<recurring::Row>,
}

impl Worker {
    /// Knows another kind.
    pub fn with<K: Kind>(mut self) -> Self {
        self.kinds.insert(K::NAME, known::<K>(None));
        self
    }

    /// Knows another kind that recurs.
    pub fn with_recurring<K: Recurring>(mut self) -> Self {
        self.kinds.insert(K::NAME, known::<K>(Some(K::EVERY)));
        self.recurring.push(recurring::Row::of::<K>());
        self
    }

    /// Works until told to end; then ends once no step is under way.
    pub async fn run(self, app: App, draining: CancellationToken) {
        let loops = [app.users.clone(), app.products.clone()]
            .map(|database| self.clone().attend(app.clone(), database, draining.clone()));
        futures_util::future::join_all(loops).await;
    }

    async fn attend(self, app: App, database: Database, draining: CancellationToken) {
        let (tracker, turns) = (TaskTracker::new(), Arc::new(Semaphore::new(AT_ONCE)));
        let mut is_started = false;
        while !draining.is_cancelled() {
            is_started = is_started || recurring::start(&self.recurring, &app, &database).await.is_ok();
            while let Ok(turn) = turns.clone().try_acquire_owned()
                && let Ok(Some(job)) = self.take(&app, &database).await
            {
                let (worker, app, draining) = (self.clone(), app.clone(), draining.clone());
                let database = database.clone();
                tracker.spawn(async move {
                    worker.attempt(&app, database, job, draining).await;
                    drop(turn);
                });
            }
            // The others look at other moments.
            let pause = sleep(Duration::from_secs_f64(rand::random_range(0.7..1.3)));
            tokio::select! { () = pause => {}, () = draining.cancelled() => {} }
        }
        tracker.close();
        tracker.wait().await;
    }

    async fn take(&self, app: &App, database: &Database) -> Result<Option<Job>> {
        let ours = self.kinds.iter().filter(|(_, known)| (known.database)(app).name() == database.name());
        let kinds: Vec<&str> = ours.map(|(name, _)| *name).collect();
        let lease = |kind: &str| self.kinds[kind].lease;
        let replica = &app.config.replica;
        database.run(async |connection| queue::take(&kinds, replica, lease, connection).await).await
    }

    /// One taking of a job, from beginning to end.
    async fn attempt(&self, app: &App, database: Database, job: Job, draining: CancellationToken) {
        let known = &self.kinds[job.kind.as_str()];
        let run = Run { database: database.clone(), job: job.clone(), lease: known.lease, draining };
        let (job, result) = (known.work)(app.clone(), job, run).await;
        let noted = database.run(async |connection| known.note(&job, &result, connection).await).await;
        report(&job, &result);
        if let Err(error) = noted {
            // The lease will be over, and somebody goes on.
            tracing::warn!(job = %job.id, kind = job.kind, cause = %error, "what became of a job is not noted");
        }
    }
}

impl Known {
    async fn note(&self, job: &Job, result: &Outcome, connection: &mut Connection) -> QueryResult<()> {
        match (result, self.every) {
            (Ok(()), None) => job.finish(connection).await,
            (Ok(()), Some(every)) => {
                // Not all at the same moment.
                let pause = every.mul_f64(rand::random_range(0.9..1.1));
                job.release(pause, true, connection).await
            }
            (Err(Stop::Lost), _) => Ok(()),
            (Err(Stop::Draining), _) => job.release(Duration::ZERO, false, connection).await,
            (Err(Stop::Hopeless(why)), None) => job.fail(why, None, connection).await,
            (Err(Stop::Failed(why) | Stop::Hopeless(why)), every) => {
                let is_over = every.is_none() && job.tries + 1 >= self.tries;
                job.fail(why, (!is_over).then(|| pause(job.tries + 1)), connection).await
            }
        }
    }
}

fn known<K: Kind>(every: Option<Duration>) -> Known {
    let work: Work = Arc::new(|app, job, mut run| {
        Box::pin(async move {
            let result = match serde_json::from_str::<K>(&job.input) {
                Ok(kind) => match AssertUnwindSafe(kind.run(&app, &mut run)).catch_unwind().await {
                    Ok(result) => result,
                    Err(_) => Err(Stop::Failed("it panicked".into())),
                },
                Err(error) => Err(Stop::Hopeless(format!("its input: {error}"))),
            };
            (run.job, result)
        })
    });
    Known { database: K::database, lease: K::LEASE, tries: K::TRIES, every, work }
}

fn report(job: &Job, result: &Outcome) {
    let (id, kind, tries) = (&job.id, &job.kind, job.tries + 1);
    match result {
        Ok(()) => tracing::debug!(job = %id, kind, "job done"),
        Err(Stop::Lost) => tracing::warn!(job = %id, kind, "job lost to another replica"),
        Err(Stop::Draining) => tracing::info!(job = %id, kind, "job left to others"),
        Err(Stop::Failed(why)) => tracing::warn!(job = %id, kind, tries, cause = why, "job failed"),
        Err(Stop::Hopeless(why)) => tracing::error!(job = %id, kind, cause = why, "job given up"),
    }
}

/// After so many failures, each a little different.
fn pause(tries: u32) -> Duration {
    let pause = PAUSE.saturating_mul(1 << tries.saturating_sub(1).min(12)).min(LONGEST);
    pause.mul_f64(rand::random_range(0.8..1.2))
}
