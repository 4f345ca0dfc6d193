//! A job, as the replica that took it sees it.

use std::time::Duration;

use diesel::dsl::{Eq, Filter, Find, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Datetime, Nullable};
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::Progress;
use crate::db::Connection;
use crate::db::products_schema::jobs;
use crate::id::Id;
// Both databases have this table, with the same columns.

/// A row of `jobs`.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: Id,
    pub kind: String,
    pub input: String,
    pub progress: Progress,
    /// Steps made so far.
    pub steps: u32,
    /// How often it was taken: who has an older number has lost it.
    pub lease: u32,
    /// Attempts since the last step, with this one, also those that ended with a replica's death.
    pub tries: u32,
}

pub type JobRow = ((Id, String, String), (String, u32, Option<u32>), (u32, u32, u32));
pub type Columns = (
    (jobs::id, jobs::kind, jobs::input),
    (jobs::position, jobs::done, jobs::total),
    (jobs::steps, jobs::lease, jobs::tries),
);
pub const COLUMNS: Columns = (
    (jobs::id, jobs::kind, jobs::input),
    (jobs::position, jobs::done, jobs::total),
    (jobs::steps, jobs::lease, jobs::tries),
);

impl From<JobRow> for Job {
    fn from(((id, kind, input), (position, done, total), (steps, lease, tries)): JobRow) -> Self {
        Self { id, kind, input, progress: Progress { position, done, total }, steps, lease, tries }
    }
}

/// The database's time, plus a pause.
pub fn after(pause: Duration) -> SqlLiteral<Nullable<Datetime>> {
    sql(&format!("UTC_TIMESTAMP(6) + INTERVAL {} MICROSECOND", pause.as_micros()))
}

pub const NEVER: Option<PrimitiveDateTime> = None;

impl Job {
    /// Locks the row, if the job is still ours.
    pub async fn lock(&self, connection: &mut Connection) -> QueryResult<Option<Self>> {
        let row = self.row().filter(jobs::run_at.is_not_null()).select(COLUMNS).for_update();
        Ok(row.first::<JobRow>(connection).await.optional()?.map(Self::from))
    }

    /// Stores the progress and renews the lease.
    pub async fn advance(&self, lease: Duration, connection: &mut Connection) -> QueryResult<()> {
        let Progress { position, done, total } = &self.progress;
        diesel::update(self.row())
            .set((
                (jobs::position.eq(position), jobs::done.eq(done), jobs::total.eq(total)),
                (jobs::steps.eq(self.steps), jobs::tries.eq(self.tries), jobs::run_at.eq(after(lease))),
            ))
            .execute(connection)
            .await
            .map(|_| ())
    }

    /// Ends it, and forgets its input, which may be secret.
    pub async fn finish(&self, connection: &mut Connection) -> QueryResult<()> {
        diesel::update(self.row())
            .set((
                (jobs::run_at.eq(NEVER), jobs::ended_at.eq(after(Duration::ZERO)), jobs::input.eq("")),
                (jobs::last_error.eq(None::<&str>), jobs::replica.eq(""), jobs::tries.eq(0)),
            ))
            .execute(connection)
            .await
            .map(|_| ())
    }

    /// Begins anew after a pause.
    pub async fn rest(&self, pause: Duration, connection: &mut Connection) -> QueryResult<()> {
        diesel::update(self.row())
            .set((
                (jobs::position.eq(""), jobs::done.eq(0), jobs::total.eq(None::<u32>), jobs::tries.eq(0)),
                (jobs::run_at.eq(after(pause)), jobs::replica.eq(""), jobs::last_error.eq(None::<&str>)),
            ))
            .execute(connection)
            .await
            .map(|_| ())
    }

    /// Lets another replica go on at once.
    pub async fn release(&self, connection: &mut Connection) -> QueryResult<()> {
        let tries = self.tries.saturating_sub(1);
        diesel::update(self.row())
            .set((jobs::run_at.eq(after(Duration::ZERO)), jobs::replica.eq(""), jobs::tries.eq(tries)))
            .execute(connection)
            .await
            .map(|_| ())
    }

    /// It failed: tries again after a pause or, without one, gives up.
    pub async fn fail(
        &self,
        why: &str,
        pause: Option<Duration>,
        connection: &mut Connection,
    ) -> QueryResult<()> {
        let why: String = why.chars().take(255).collect();
        let failed = (jobs::last_error.eq(why), jobs::replica.eq(""));
        let (row, over) = (diesel::update(self.row()), after(Duration::ZERO));
        match pause {
            Some(pause) => row.set((failed, jobs::run_at.eq(after(pause)))).execute(connection).await,
            None => {
                let ended = (jobs::ended_at.eq(over.clone()), jobs::failed_at.eq(over));
                row.set((failed, ended, jobs::run_at.eq(NEVER))).execute(connection).await
            }
        }
        .map(|_| ())
    }

    /// The row, unless somebody has taken it since.
    fn row(&self) -> Filter<Find<jobs::table, Id>, Eq<jobs::lease, u32>> {
        jobs::table.find(self.id).filter(jobs::lease.eq(self.lease))
    }
}
