//! Deletes what both databases no longer need: old claims of idempotency keys and old jobs.

use std::time::Duration;

use diesel::QueryResult;
use serde::{Deserialize, Serialize};

use super::{Kind, Recurring, Run, Stop, queue};
use crate::app::App;
use crate::db::{self, Connection, Database, now};

/// How long a job can be looked up after its end.
const KEPT: Duration = Duration::from_hours(90 * 24);

/// The same kind once for each database.
#[derive(Default, Serialize, Deserialize)]
pub struct Expiry<const OF_USERS: bool>;

pub type OfUsers = Expiry<true>;
pub type OfProducts = Expiry<false>;

impl<const OF_USERS: bool> Kind for Expiry<OF_USERS> {
    const NAME: &'static str = if OF_USERS { "users-expiry" } else { "products-expiry" };

    fn database(app: &App) -> &Database {
        if OF_USERS { &app.users } else { &app.products }
    }

    async fn run(&self, _: &App, run: &mut Run) -> Result<(), Stop> {
        run.batches(async |connection: &mut Connection| forget(connection).await).await
    }
}

impl<const OF_USERS: bool> Recurring for Expiry<OF_USERS> {
    const EVERY: Duration = Duration::from_mins(1);
}

/// Deletes a small batch of each; returns how many rows.
async fn forget(connection: &mut Connection) -> QueryResult<usize> {
    let claims = db::forget_expired(connection).await?;
    Ok(claims + queue::forget(now() - KEPT, connection).await?)
}
