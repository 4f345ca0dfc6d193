//! Storing jobs, and taking those that are due by the database's clock, the only one that all replicas share.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::job::{COLUMNS, Job, JobRow, after};
use super::{Kind, pause};
use crate::db::products_schema::jobs;
use crate::db::{Connection, delete_before, now};
use crate::id::Id;

/// Stores a job in the transaction of its cause; due when that is committed.
pub async fn enqueue<K: Kind>(job: &K, connection: &mut Connection) -> QueryResult<Id> {
    let id = Id::new();
    insert(id, job, connection).await?;
    Ok(id)
}

/// The same under an id, unless it is there already.
pub async fn insert<K: Kind>(id: Id, job: &K, connection: &mut Connection) -> QueryResult<()> {
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

/// Takes the job that has been due longest, of these kinds, each for its lease, or longer where it came to nothing
/// before: one that kills its replicas kills few. `None` when none is due.
///
/// Two statements without a transaction around them: a replica that freezes in between holds no lock that keeps
/// others from taking or storing jobs.
pub async fn take(
    kinds: &[(&str, Duration)],
    replica: &str,
    connection: &mut Connection,
) -> QueryResult<Option<Job>> {
    while let Some(due) = due(kinds, connection).await? {
        let lease =
            kinds.iter().find(|(kind, _)| *kind == due.kind).map_or(Duration::ZERO, |(_, lease)| *lease);
        let lease = if due.tries == 0 { lease } else { lease.max(pause(due.tries)) };
        let job = Job { lease: due.lease + 1, tries: due.tries + 1, ..due };
        let is_free = jobs::lease.eq(due.lease).and(jobs::run_at.le(after(Duration::ZERO)));
        let taken = diesel::update(jobs::table.find(job.id).filter(is_free))
            .set((
                (jobs::lease.eq(job.lease), jobs::tries.eq(job.tries), jobs::replica.eq(replica)),
                (jobs::run_at.eq(after(lease)), jobs::taken_at.eq(after(Duration::ZERO))),
            ))
            .execute(connection)
            .await?;
        if taken == 1 {
            return Ok(Some(job));
        }
        // Another replica was faster.
    }
    Ok(None)
}

/// Skips locked rows: whoever holds them may be frozen.
async fn due(kinds: &[(&str, Duration)], connection: &mut Connection) -> QueryResult<Option<Job>> {
    let kinds = kinds.iter().map(|(kind, _)| *kind);
    let row = jobs::table
        .filter(jobs::run_at.le(after(Duration::ZERO)).and(jobs::kind.eq_any(kinds)))
        .order(jobs::run_at)
        .select(COLUMNS)
        .for_update()
        .skip_locked()
        .first::<JobRow>(connection);
    Ok(row.await.optional()?.map(Job::from))
}

/// Deletes a small batch of jobs that ended before a time; returns how many.
pub async fn forget(before: PrimitiveDateTime, connection: &mut Connection) -> QueryResult<usize> {
    delete_before(("jobs", "ended_at"), before, 500, connection).await
}
