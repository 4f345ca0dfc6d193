//! Deleting old rows in small batches.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Datetime};
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::Connection;

/// Deletes at most `batch` rows of a table whose `column` is before a time, oldest first; returns how many. The column
/// needs an index, and the batch should be small, for its locks.
pub async fn delete_before(
    (table, column): (&'static str, &'static str),
    before: PrimitiveDateTime,
    batch: usize,
    connection: &mut Connection,
) -> QueryResult<usize> {
    diesel::sql_query(format!("DELETE FROM {table} WHERE {column} < ? ORDER BY {column} LIMIT ?"))
        .bind::<Datetime, _>(before)
        .bind::<BigInt, _>(i64::try_from(batch).unwrap_or(i64::MAX))
        .execute(connection)
        .await
}
