//! The worker of a replica: takes due jobs, a few at a time, and stores their outcome.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::job::Job;
use super::known::{Known, Outcome};
use super::{Kind, Recurring, Run, Stop, listing, queue, recurring};
use crate::app::App;
use crate::db::Database;
use crate::error::Result;

/// Jobs at once for each database; each may hold a connection.
const AT_ONCE: usize = 4;
/// Between two counts for the metrics.
const COUNTED: Duration = Duration::from_secs(15);

/// Does jobs of the kinds it knows, and leaves those of other releases alone.
#[derive(Clone, Default)]
pub struct Worker {
    kinds: HashMap<&'static str, Known>,
    recurring: Vec<recurring::OnlyRow>,
}

impl Worker {
    /// Adds a kind.
    pub fn with<K: Kind>(mut self) -> Self {
        self.kinds.insert(K::NAME, Known::of::<K>(None));
        self
    }

    /// Adds a recurring kind.
    pub fn with_recurring<K: Recurring>(mut self) -> Self {
        self.kinds.insert(K::NAME, Known::of::<K>(Some(K::EVERY)));
        self.recurring.push(recurring::OnlyRow::of::<K>());
        self
    }

    /// Works until told to drain, then waits for steps under way.
    pub async fn run(self, app: App, draining: CancellationToken) {
        let each = [app.users.clone(), app.products.clone()].map(|database| async {
            let counting = count(&app, database.clone(), &draining);
            tokio::join!(self.attend(&app, database, &draining), counting);
        });
        futures_util::future::join_all(each).await;
    }

    /// Does what is due now, and what follows from it, one after another.
    pub async fn do_due(&self, app: &App) -> Result<()> {
        for database in [&app.users, &app.products] {
            recurring::start(&self.recurring, app, database).await?;
            while let Some(job) = self.take(app, database).await? {
                self.attempt(app, database.clone(), job, CancellationToken::new()).await;
            }
        }
        Ok(())
    }

    async fn attend(&self, app: &App, database: Database, draining: &CancellationToken) {
        let (tracker, turns) = (TaskTracker::new(), Arc::new(Semaphore::new(AT_ONCE)));
        let mut is_started = false;
        while let Some(Ok(turn)) = draining.run_until_cancelled(turns.clone().acquire_owned()).await {
            is_started = is_started || recurring::start(&self.recurring, app, &database).await.is_ok();
            let Ok(Some(job)) = self.take(app, &database).await else {
                drop(turn);
                // Jitter: replicas should look at different moments.
                rest(Duration::from_secs_f64(rand::random_range(0.7..1.3)), draining).await;
                continue;
            };
            let (worker, app, draining) = (self.clone(), app.clone(), draining.clone());
            let database = database.clone();
            tracker.spawn(async move {
                worker.attempt(&app, database, job, draining).await;
                drop(turn);
            });
        }
        tracker.close();
        tracker.wait().await;
    }

    async fn take(&self, app: &App, database: &Database) -> Result<Option<Job>> {
        let ours = self.kinds.iter().filter(|(_, known)| (known.database)(app).name() == database.name());
        let kinds: Vec<(&str, Duration)> = ours.map(|(name, known)| (*name, known.lease)).collect();
        let replica = &app.config.replica;
        database.run(async |connection| queue::take(&kinds, replica, connection).await).await
    }

    /// One attempt at a job.
    async fn attempt(&self, app: &App, database: Database, job: Job, draining: CancellationToken) {
        let known = &self.kinds[job.kind.as_str()];
        let (job, outcome) = if known.is_hopeless(&job) {
            let why = format!("begun {} times, it never came further", job.tries - 1);
            (job, Err(Stop::Hopeless(why)))
        } else {
            let run = Run { database: database.clone(), job, lease: known.lease, draining };
            (known.work)(app.clone(), run).await
        };
        let noted = database.run(async |connection| known.note(&job, &outcome, connection).await).await;
        report(app, &job, &outcome);
        if let Err(error) = noted {
            // Another replica goes on when the lease is over.
            tracing::warn!(job = %job.id, kind = job.kind, cause = %error, "what became of a job is not noted");
        }
    }
}

/// Counts jobs for the metrics every 15 s, so that reading metrics asks no database.
async fn count(app: &App, database: Database, draining: &CancellationToken) {
    while !draining.is_cancelled() {
        if let Ok(totals) = database.run(async |connection| listing::totals(connection).await).await {
            for (state, count) in totals {
                app.metrics.jobs(database.name(), state.key(), count);
            }
        }
        rest(COUNTED, draining).await;
    }
}

async fn rest(pause: Duration, draining: &CancellationToken) {
    draining.run_until_cancelled(sleep(pause)).await;
}

/// Logs and counts an outcome.
fn report(app: &App, job: &Job, outcome: &Outcome) {
    let (id, kind, tries) = (&job.id, job.kind.as_str(), job.tries);
    let word = match outcome {
        Ok(()) => {
            tracing::debug!(job = %id, kind, "job done");
            "done"
        }
        Err(Stop::Lost) => {
            tracing::warn!(job = %id, kind, "job lost to another replica");
            "lost"
        }
        Err(Stop::Draining) => {
            tracing::info!(job = %id, kind, "job left to others");
            "left"
        }
        Err(Stop::Failed(why) | Stop::Again(_, why)) => {
            tracing::warn!(job = %id, kind, tries, cause = why, "job failed");
            "failed"
        }
        Err(Stop::Hopeless(why)) => {
            tracing::error!(job = %id, kind, cause = why, "job given up");
            "given-up"
        }
    };
    app.metrics.job_run(kind, word);
}
