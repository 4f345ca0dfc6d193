//! The end of what need not be kept: sign-ins, links, invitations and mail that were over long ago. What
//! happened then stands in the security log, for as long as that is kept.

use std::time::Duration;

use diesel::QueryResult;

use crate::db::{Connection, delete_before, now};

/// For so long after its end something may still be looked up.
const KEPT: Duration = Duration::from_hours(90 * 24);
/// Rows of one statement; small, so that nobody waits for its locks.
const BATCH: usize = 500;

/// Removes a small batch of each kind, and says whether more may be left. `idle` is how long a sign-in goes
/// on without a visit: one that was not seen for that and 90 days has ended, whatever its row says.
///
/// # Errors
///
/// The database's.
pub async fn forget(idle: Duration, connection: &mut Connection) -> QueryResult<bool> {
    let mut is_more_left = false;
    for (table, column, age) in [
        ("sign_ins", "last_seen_at", idle + KEPT),
        ("links", "expires_at", KEPT),
        ("invitations", "expires_at", KEPT),
        ("mails", "created_at", KEPT),
    ] {
        is_more_left |= delete_before((table, column), now() - age, BATCH, connection).await? == BATCH;
    }
    Ok(is_more_left)
}
