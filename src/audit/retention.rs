//! Removes old entries of the audit log, which only the database's owner may do.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Datetime, Text};
use diesel_async::RunQueryDsl;
use time::{Duration, PrimitiveDateTime};

use super::{Event, Source, Who};
use crate::db::users_schema::security_log;
use crate::db::{Connection, delete_before, now};

/// Entries of one statement, few enough that concurrent inserts hardly wait.
const BATCH: usize = 1000;

/// Removes entries older than so many days. Returns how many.
pub async fn remove(days: u32, connection: &mut Connection) -> QueryResult<usize> {
    let before = now() - Duration::days(days.into());
    let mut removed = 0;
    loop {
        let count = delete_before(("security_log", "at"), before, BATCH, connection).await?;
        removed += count;
        if count < BATCH {
            return Ok(removed);
        }
    }
}

/// If there are more entries than this, removes the oldest refusals until a tenth of the room is free, and adds an
/// entry that says so. Returns how many were removed and how many entries are left.
pub async fn shorten(rows: u32, connection: &mut Connection) -> QueryResult<(i64, i64)> {
    let all: i64 = security_log::table.count().get_result(connection).await?;
    if all <= rows.into() {
        return Ok((0, all));
    }
    let Some(until) = oldest_refusals(all - i64::from(rows - rows / 10), connection).await? else {
        return Ok((0, all));
    };
    let removed = remove_refusals(until, connection).await?;
    let mut row = Source::default().row(Event::LogShortened, Who::default(), &removed.to_string());
    row.since = Some(until);
    row.insert(connection).await?;
    Ok((removed, all - removed))
}

fn refusals() -> Vec<&'static str> {
    Event::ALL.into_iter().filter(|event| event.is_refusal()).map(Event::key).collect()
}

/// The time of the refusal that is so many from the oldest, or of the last one.
async fn oldest_refusals(count: i64, connection: &mut Connection) -> QueryResult<Option<PrimitiveDateTime>> {
    let all = || security_log::table.filter(security_log::event.eq_any(refusals())).select(security_log::at);
    let last = all().order(security_log::at).offset(count - 1).first(connection).await.optional()?;
    match last {
        Some(at) => Ok(Some(at)),
        None => all().order(security_log::at.desc()).first(connection).await.optional(),
    }
}

async fn remove_refusals(until: PrimitiveDateTime, connection: &mut Connection) -> QueryResult<i64> {
    let mut removed = 0;
    for event in refusals() {
        loop {
            let statement = "DELETE FROM security_log WHERE event = ? AND at <= ? ORDER BY at LIMIT ?";
            let count = diesel::sql_query(statement)
                .bind::<Text, _>(event)
                .bind::<Datetime, _>(until)
                .bind::<BigInt, _>(BATCH as i64)
                .execute(connection)
                .await?;
            removed += i64::try_from(count).unwrap_or(i64::MAX);
            if count < BATCH {
                break;
            }
        }
    }
    Ok(removed)
}
