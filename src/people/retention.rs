//! Deletes sign-ins, links, invitations and mail that ended long ago. What happened stays in the audit log for as long
//! as that is kept.

use std::time::Duration;

use diesel::QueryResult;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::db::{Connection, Database, delete_before, now};
use crate::jobs::{Kind, Recurring, Run, Stop};

/// How long after its end a row may still be looked up.
const KEPT: Duration = Duration::from_hours(90 * 24);
/// Rows deleted by one statement: few, so that nobody waits for its locks.
const BATCH: usize = 500;

/// The job.
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

/// Deletes a batch from each table; returns how many rows that were. A sign-in that has been idle for `idle` has ended,
/// whatever its row says.
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
