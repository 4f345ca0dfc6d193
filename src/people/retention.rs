//! The end of what need not be kept: sign-ins, links, invitations and mail that were over long ago. What
//! happened then stands in the security log, for as long as that is kept.

use std::time::Duration;

use diesel::QueryResult;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::db::{Connection, Database, delete_before, now};
use crate::jobs::{Kind, Recurring, Run, Stop};

/// For so long after its end something may still be looked up.
const KEPT: Duration = Duration::from_hours(90 * 24);
/// Rows of one statement; small, so that nobody waits for its locks.
const BATCH: usize = 500;

/// See the module.
#[derive(Default, Serialize, Deserialize)]
pub struct Retention;

impl Kind for Retention {
    const NAME: &'static str = "retention";

    fn database(app: &App) -> &Database {
        &app.users
    }

    async fn run(&self, app: &App, run: &mut Run) -> Result<(), Stop> {
        let idle = app.config.session_idle();
        run.batches(async move |connection: &mut Connection| forget(idle, connection).await).await
    }
}

impl Recurring for Retention {
    const EVERY: Duration = Duration::from_hours(1);
}

/// Removes a small batch of each kind, and says how many rows that were. `idle` is how long a sign-in goes
/// on without a visit: one that was not seen for that and 90 days has ended, whatever its row says.
async fn forget(idle: Duration, connection: &mut Connection) -> QueryResult<usize> {
    let mut rows = 0;
    for (table, column, age) in [
        ("sign_ins", "last_seen_at", idle + KEPT),
        ("links", "expires_at", KEPT),
        ("invitations", "expires_at", KEPT),
        ("mails", "created_at", KEPT),
    ] {
        rows += delete_before((table, column), now() - age, BATCH, connection).await?;
    }
    Ok(rows)
}
