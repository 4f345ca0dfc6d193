//! One attempt at a job, and its steps.

use std::time::Duration;

use diesel::QueryResult;
use diesel_async::AsyncConnection;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::job::Job;
use crate::db::{Connection, Database, Work};
use crate::error::Error;

/// Pause between two batches, for those who wait for their locks.
const BREATH: Duration = Duration::from_millis(50);
/// The position of a job of batches when nothing is left.
const END: &str = "end";

/// How far a job has got: where its kind goes on, and how much is done, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub position: String,
    pub done: u32,
    pub total: Option<u32>,
}

/// Why a job does not go on here.
#[derive(Debug)]
pub enum Stop {
    /// Another replica has it now, or it was removed: nothing more may be done here.
    Lost,
    /// This replica drains; another one goes on at once.
    Draining,
    /// It failed: retried with growing pauses until it has failed too often.
    Failed(String),
    /// It failed, and its kind says when to try again.
    Again(Duration, String),
    /// It failed for good.
    Hopeless(String),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A job that this replica has taken.
pub struct Run {
    pub(super) database: Database,
    pub(super) job: Job,
    pub(super) lease: Duration,
    pub(super) draining: CancellationToken,
}

impl Run {
    /// How far it has got.
    pub fn progress(&self) -> &Progress {
        &self.job.progress
    }

    /// Makes one step: `work`, the progress that it returns and the lease, in one transaction. After a lost connection it
    /// is made again, unless it was committed.
    ///
    /// # Errors
    ///
    /// [`Stop::Lost`], with nothing changed; [`Stop::Failed`], as [`Database::run`]; [`Stop::Draining`] after the step,
    /// which may record what was done outside of the database (a mail handed over).
    pub async fn step(&mut self, work: impl Work<Progress>) -> Result<(), Stop> {
        let (job, lease) = (self.job.clone(), self.lease);
        let step = async move |connection: &mut Connection| {
            let (job, work) = (job.clone(), work.clone());
            connection.transaction(async move |connection| make(&job, lease, work, connection).await).await
        };
        self.job = self.database.run(step).await?.ok_or(Stop::Lost)?;
        if self.draining.is_cancelled() { Err(Stop::Draining) } else { Ok(()) }
    }

    /// Makes steps of `batch`, which returns the number of its rows, until there are none.
    pub async fn batches(&mut self, batch: impl Work<usize>) -> Result<(), Stop> {
        while self.progress().position != END {
            let (batch, before) = (batch.clone(), self.progress().done);
            self.step(async move |connection: &mut Connection| {
                let rows = batch(connection).await?;
                let position = if rows == 0 { END.to_owned() } else { String::new() };
                let done = before.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX));
                Ok(Progress { position, done, total: None })
            })
            .await?;
            sleep(BREATH).await;
        }
        Ok(())
    }
}

/// `None` if the job is no longer ours.
async fn make(
    job: &Job,
    lease: Duration,
    work: impl Work<Progress>,
    connection: &mut Connection,
) -> QueryResult<Option<Job>> {
    // Locked: whoever takes the job over waits for this step.
    let Some(stored) = job.lock(connection).await? else { return Ok(None) };
    // An earlier try was committed, and its answer lost.
    if stored.steps > job.steps {
        return Ok(Some(stored));
    }
    let progress = work(connection).await?;
    let tries = if progress == stored.progress { stored.tries } else { 0 };
    let next = Job { steps: job.steps + 1, progress, tries, ..stored };
    next.advance(lease, connection).await?;
    Ok(Some(next))
}
