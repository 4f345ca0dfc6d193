//! The rows of jobs. Times are the database's, the one clock that all replicas share.

use std::time::Duration;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Datetime, Nullable};
use diesel_async::{AsyncConnection, RunQueryDsl};
use time::PrimitiveDateTime;

use super::{Kind, Progress};
// Both databases have this table, with the same columns.
use crate::db::products_schema::jobs;
use crate::db::{Connection, now};
use crate::id::Id;

/// A job as a replica has taken it.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: Id,
    pub kind: String,
    pub input: String,
    pub progress: Progress,
    /// Steps that were made so far, in all takings.
    pub steps: u32,
    /// The number of this taking.
    pub lease: u32,
    /// Failures since the last step.
    pub tries: u32,
}

type Row = ((Id, String, String), (String, u32, Option<u32>), (u32, u32, u32));
type Columns = (
    (jobs::id, jobs::kind, jobs::input),
    (jobs::position, jobs::done, jobs::total),
    (jobs::steps, jobs::lease, jobs::tries),
);
const COLUMNS: Columns = (
    (jobs::id, jobs::kind, jobs::input),
    (jobs::position, jobs::done, jobs::total),
    (jobs::steps, jobs::lease, jobs::tries),
);

impl From<Row> for Job {
    fn from(((id, kind, input), (position, done, total), (steps, lease, tries)): Row) -> Self {
        Self { id, kind, input, progress: Progress { position, done, total }, steps, lease, tries }
    }
}

/// The database's time, so much later.
pub(super) fn after(pause: Duration) -> SqlLiteral<Nullable<Datetime>> {
    sql(&format!("UTC_TIMESTAMP(6) + INTERVAL {} MICROSECOND", pause.as_micros()))
}

/// Stores a job; part of the transaction of its cause, and due when that is committed.
pub async fn enqueue<K: Kind>(job: &K, connection: &mut Connection) -> QueryResult<Id> {
    let id = Id::new();
    insert(id, job, connection).await?;
    Ok(id)
}

/// The same under a key, once: a second time leaves the first as it is.
pub(super) async fn insert<K: Kind>(id: Id, job: &K, connection: &mut Connection) -> QueryResult<()> {
    let input = serde_json::to_string(job);
    let input = input.map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    diesel::insert_or_ignore_into(jobs::table)
        .values((
            (jobs::id.eq(id), jobs::kind.eq(K::NAME), jobs::input.eq(input), jobs::position.eq("")),
            (jobs::created_at.eq(now()), jobs::run_at.eq(after(Duration::ZERO))),
        ))
        .execute(connection)
        .await
        .map(|_| ())
}

/// Takes the job that has been due longest, of these kinds, for `lease`. `None` when none is due.
pub(super) async fn take(
    kinds: &[&str],
    replica: &str,
    lease: impl Fn(&str) -> Duration + Send + Sync,
    connection: &mut Connection,
) -> QueryResult<Option<Job>> {
    connection
        .transaction(async |connection| {
            let due = jobs::table
                .filter(jobs::run_at.le(after(Duration::ZERO)).and(jobs::kind.eq_any(kinds)))
                .order(jobs::run_at)
                .select(COLUMNS)
                .for_update()
                .skip_locked()
                .first::<Row>(connection);
            let Some(mut job) = due.await.optional()?.map(Job::from) else { return Ok(None) };
            job.lease += 1;
            diesel::update(jobs::table.find(job.id))
                .set((
                    jobs::lease.eq(job.lease),
                    jobs::replica.eq(replica),
                    jobs::run_at.eq(after(lease(&job.kind))),
                ))
                .execute(connection)
                .await?;
            Ok(Some(job))
        })
        .await
}

impl Job {
    /// The row, locked, if this taking is still the last one.
    pub(super) async fn lock(&self, connection: &mut Connection) -> QueryResult<Option<Self>> {
        let row = jobs::table
            .find(self.id)
            .filter(jobs::lease.eq(self.lease).and(jobs::run_at.is_not_null()))
            .select(COLUMNS)
            .for_update()
            .first::<Row>(connection);
        Ok(row.await.optional()?.map(Self::from))
    }

    /// It is done. What it needed to know is forgotten: that may be a secret.
    pub(super) async fn finish(&self, connection: &mut Connection) -> QueryResult<()> {
        let nothing = None::<PrimitiveDateTime>;
        diesel::update(self.ours())
            .set((
                (jobs::run_at.eq(nothing), jobs::ended_at.eq(after(Duration::ZERO)), jobs::input.eq("")),
                (jobs::last_error.eq(None::<String>), jobs::replica.eq("")),
            ))
            .execute(connection)
            .await
            .map(|_| ())
    }

    /// It goes on after a pause, here or elsewhere; from its beginning, if it is one that recurs.
    pub(super) async fn release(
        &self,
        pause: Duration,
        recurs: bool,
        connection: &mut Connection,
    ) -> QueryResult<()> {
        let progress = if recurs { Progress::default() } else { self.progress.clone() };
        diesel::update(self.ours())
            .set((
                (jobs::run_at.eq(after(pause)), jobs::replica.eq(""), jobs::tries.eq(0)),
                (jobs::last_error.eq(None::<String>), jobs::position.eq(progress.position)),
                (jobs::done.eq(progress.done), jobs::total.eq(progress.total)),
            ))
            .execute(connection)
            .await
            .map(|_| ())
    }

    /// It failed: once more after a pause, or, without one, never again.
    pub(super) async fn fail(
        &self,
        why: &str,
        pause: Option<Duration>,
        connection: &mut Connection,
    ) -> QueryResult<()> {
        let why: String = why.chars().take(255).collect();
        let row = diesel::update(self.ours());
        let failed = (jobs::tries.eq(jobs::tries + 1), jobs::last_error.eq(why), jobs::replica.eq(""));
        match pause {
            Some(pause) => row.set((failed, jobs::run_at.eq(after(pause)))).execute(connection).await?,
            None => {
                let ended = jobs::ended_at.eq(after(Duration::ZERO));
                row.set((failed, ended, jobs::run_at.eq(None::<PrimitiveDateTime>)))
                    .execute(connection)
                    .await?
            }
        };
        Ok(())
    }

    fn ours(
        &self,
    ) -> diesel::dsl::Filter<diesel::dsl::Find<jobs::table, Id>, diesel::dsl::Eq<jobs::lease, u32>> {
        jobs::table.find(self.id).filter(jobs::lease.eq(self.lease))
    }
}

/// What a job is about to do, or has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    Waiting,
    Failed,
    Done,
}

/// A job as administrators see it.
#[derive(Clone, Debug)]
pub struct Summary {
    pub id: Id,
    pub kind: String,
    pub state: State,
    pub replica: String,
    pub done: u32,
    pub total: Option<u32>,
    pub tries: u32,
    pub last_error: Option<String>,
    pub created_at: PrimitiveDateTime,
    /// When it is due, for one that waits; when it ended, for one that has.
    pub at: PrimitiveDateTime,
}

/// The latest jobs of a state, at most so many: next due, or last ended, first.
pub async fn latest(state: State, rows: i64, connection: &mut Connection) -> QueryResult<Vec<Summary>> {
    let found = jobs::table
        .select((
            (jobs::id, jobs::kind, jobs::replica, jobs::done, jobs::total),
            (jobs::tries, jobs::last_error, jobs::created_at, jobs::run_at, jobs::ended_at),
        ))
        .filter(is(state))
        .limit(rows)
        .into_boxed();
    type Found = (
        (Id, String, String, u32, Option<u32>),
        (u32, Option<String>, PrimitiveDateTime, Option<PrimitiveDateTime>, Option<PrimitiveDateTime>),
    );
    let found: Vec<Found> = match state {
        State::Running | State::Waiting => found.order(jobs::run_at).load(connection).await?,
        State::Failed | State::Done => found.order(jobs::ended_at.desc()).load(connection).await?,
    };
    let summary =
        |((id, kind, replica, done, total), (tries, last_error, created_at, run_at, ended_at)): Found| {
            let at = run_at.or(ended_at).unwrap_or(created_at);
            Summary { id, kind, state, replica, done, total, tries, last_error, created_at, at }
        };
    Ok(found.into_iter().map(summary).collect())
}

/// How many run, wait and have failed.
pub async fn totals(connection: &mut Connection) -> QueryResult<[(State, i64); 3]> {
    let mut totals = [(State::Running, 0), (State::Waiting, 0), (State::Failed, 0)];
    for (state, count) in &mut totals {
        *count = jobs::table.filter(is(*state)).count().get_result(connection).await?;
    }
    Ok(totals)
}

fn is(state: State) -> SqlLiteral<diesel::sql_types::Bool> {
    sql(match state {
        State::Running => "run_at > UTC_TIMESTAMP(6) AND replica <> ''",
        State::Waiting => "run_at IS NOT NULL AND (replica = '' OR run_at <= UTC_TIMESTAMP(6))",
        State::Failed => "ended_at IS NOT NULL AND last_error IS NOT NULL",
        State::Done => "ended_at IS NOT NULL AND last_error IS NULL",
    })
}

/// Begins a job that was given up once more, from where it had got to. Whether there was one.
pub async fn retry(id: Id, connection: &mut Connection) -> QueryResult<bool> {
    let retried = diesel::update(jobs::table.find(id).filter(is(State::Failed)))
        .set((
            (jobs::run_at.eq(after(Duration::ZERO)), jobs::ended_at.eq(None::<PrimitiveDateTime>)),
            (jobs::tries.eq(0), jobs::last_error.eq(None::<String>)),
        ))
        .execute(connection)
        .await?;
    Ok(retried == 1)
}
