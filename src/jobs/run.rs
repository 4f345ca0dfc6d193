//! One taking of a job, and the steps that are made in it.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use tokio_util::sync::CancellationToken;

use super::queue::{Job, after};
use crate::db::products_schema::jobs;
use crate::db::{Connection, Database, Work};
use crate::error::Error;

/// How far a job has got: where it goes on, in its kind's own words, and for people how much is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub position: String,
    pub done: u32,
    pub total: Option<u32>,
}

/// Why a job does not go on here.
#[derive(Debug)]
pub enum Stop {
    /// Another replica has it now, or somebody removed it. Nothing more of it may be done here.
    Lost,
    /// This replica is to end; another one goes on at once.
    Draining,
    /// It failed, and may do better later.
    Failed(String),
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

    /// Makes one step: `work` and how far the job has got then, which it returns, in one transaction with the lease.
    /// After a lost connection it is made again, unless it was committed.
    ///
    /// # Errors
    ///
    /// [`Stop::Lost`], and nothing is changed; [`Stop::Draining`] before the step; [`Stop::Failed`] as
    /// [`Database::run`].
    pub async fn step<F>(&mut self, work: F) -> Result<(), Stop>
    where
        for<'c> F: AsyncFnOnce(&'c mut Connection) -> QueryResult<Progress>
            + Work<&'c mut Connection, QueryResult<Progress>, Fut: Send>
            + Send,
    {
        if self.draining.is_cancelled() {
            return Err(Stop::Draining);
        }
        let (job, lease) = (self.job.clone(), self.lease);
        let step = async move |connection: &mut Connection| {
            let (job, work) = (job.clone(), work.clone());
            connection.transaction(async move |connection| make(&job, lease, work, connection).await).await
        };
        self.job = self.database.run(step).await?.ok_or(Stop::Lost)?;
        Ok(())
    }
}

/// `None` when the job is not ours any more.
async fn make<F>(job: &Job, lease: Duration, work: F, connection: &mut Connection) -> QueryResult<Option<Job>>
where
    for<'c> F: AsyncFnOnce(&'c mut Connection) -> QueryResult<Progress>
        + Work<&'c mut Connection, QueryResult<Progress>, Fut: Send>
        + Send,
{
    // Locked: who takes the job over waits for this step, or this step for them.
    let Some(stored) = job.lock(connection).await? else { return Ok(None) };
    // An earlier try of this step was committed, and its answer was lost.
    if stored.steps > job.steps {
        return Ok(Some(stored));
    }
    let progress = work(connection).await?;
    let next = Job { steps: job.steps + 1, progress, ..stored };
    diesel::update(jobs::table.find(next.id))
        .set((
            (jobs::position.eq(&next.progress.position), jobs::done.eq(next.progress.done)),
            (jobs::total.eq(next.progress.total), jobs::steps.eq(next.steps)),
            (jobs::run_at.eq(after(lease)), jobs::tries.eq(0)),
        ))
        .execute(connection)
        .await?;
    Ok(Some(next))
}
