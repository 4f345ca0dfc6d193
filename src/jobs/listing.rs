//! Jobs as people see them.

use std::time::Duration;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Datetime};
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::job::{NEVER, after};
use crate::db::Connection;
use crate::db::products_schema::jobs;
use crate::id::Id;

/// What a job is about to do, or has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// A replica has it, and its lease is not over.
    Running,
    Waiting,
    /// Given up.
    Failed,
    Done,
}

impl JobState {
    /// Those that may need attention.
    pub const OPEN: [Self; 3] = [Self::Failed, Self::Running, Self::Waiting];

    /// Its name in metrics.
    pub fn key(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Done => "done",
        }
    }

    fn condition(self) -> SqlLiteral<Bool> {
        sql(match self {
            Self::Running => "run_at > UTC_TIMESTAMP(6) AND replica <> ''",
            Self::Waiting => "run_at IS NOT NULL AND (run_at <= UTC_TIMESTAMP(6) OR replica = '')",
            Self::Failed => "failed_at IS NOT NULL",
            Self::Done => "ended_at IS NOT NULL AND failed_at IS NULL",
        })
    }

    /// The column for [`JobSummary::at`].
    fn at(self) -> &'static str {
        match self {
            Self::Running => "taken_at",
            Self::Waiting => "run_at",
            Self::Failed | Self::Done => "ended_at",
        }
    }

    /// Next due, or last ended, first.
    fn order(self) -> &'static str {
        match self {
            Self::Running | Self::Waiting => "run_at",
            Self::Failed => "failed_at DESC",
            Self::Done => "ended_at DESC",
        }
    }
}

/// A job in a list.
#[derive(Clone, Debug)]
pub struct JobSummary {
    pub id: Id,
    pub kind: String,
    /// Who has it.
    pub replica: String,
    pub done: u32,
    pub total: Option<u32>,
    /// Attempts since the last step.
    pub tries: u32,
    pub last_error: Option<String>,
    /// When it was taken, is due, or ended.
    pub at: PrimitiveDateTime,
}

/// Jobs of a state, each with the name of the database that it is in.
pub type Listed = (JobState, Vec<(&'static str, JobSummary)>);

/// Some jobs of a state: next due, or last ended, first.
pub async fn latest(state: JobState, rows: i64, connection: &mut Connection) -> QueryResult<Vec<JobSummary>> {
    jobs::table
        .select((
            (jobs::id, jobs::kind, jobs::replica, jobs::done, jobs::total),
            (jobs::tries, jobs::last_error, sql::<Datetime>(state.at())),
        ))
        .filter(state.condition())
        .order(sql::<Datetime>(state.order()))
        .limit(rows)
        .load(connection)
        .await
        .map(|rows| rows.into_iter().map(summary).collect())
}

type SummaryRow = ((Id, String, String, u32, Option<u32>), (u32, Option<String>, PrimitiveDateTime));

fn summary(((id, kind, replica, done, total), (tries, last_error, at)): SummaryRow) -> JobSummary {
    JobSummary { id, kind, replica, done, total, tries, last_error, at }
}

/// How many have failed, are running, are waiting.
pub async fn totals(connection: &mut Connection) -> QueryResult<[(JobState, i64); 3]> {
    let mut totals = JobState::OPEN.map(|state| (state, 0));
    for (state, count) in &mut totals {
        *count = jobs::table.filter(state.condition()).count().get_result(connection).await?;
    }
    Ok(totals)
}

/// Resumes a job that was given up; false if there is none.
pub async fn retry(id: Id, connection: &mut Connection) -> QueryResult<bool> {
    let retried = diesel::update(jobs::table.find(id).filter(JobState::Failed.condition()))
        .set((
            (jobs::run_at.eq(after(Duration::ZERO)), jobs::ended_at.eq(NEVER), jobs::failed_at.eq(NEVER)),
            (jobs::tries.eq(0), jobs::last_error.eq(None::<&str>)),
        ))
        .execute(connection)
        .await?;
    Ok(retried == 1)
}
