//! The end of the security log's old entries, which only the database's owner may remove.

use diesel::QueryResult;
use time::Duration;

use crate::db::{Connection, delete_before, now};

/// Entries of one statement: those who add some at the same time hardly wait.
const BATCH: usize = 1000;

/// Removes entries of more than so many days ago, and says how many.
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
