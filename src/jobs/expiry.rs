//! The end of what both databases need not keep: claims of forms' keys, and jobs that ended long ago.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Kind, Recurring, Run, Stop, queue};
use crate::app::App;
use crate::db::{self, Connection, Database, now};

/// For so long after its end a job may still be looked up.
const KEPT: Duration = Duration::from_hours(90 * 24);
const EVERY: Duration = Duration::from_mins(1);

/// In `db_usuarios`.
#[derive(Default, Serialize, Deserialize)]
pub struct OfUsers;

impl Kind for OfUsers {
    const NAME: &'static str = "users-expiry";

    fn database(app: &App) -> &Database {
        &app.users
    }

    async fn run(&self, _: &App, run: &mut Run) -> Result<(), Stop> {
        run.batches(async |connection: &mut Connection| forget(connection).await).await
    }
}

impl Recurring for OfUsers {
    const EVERY: Duration = EVERY;
}

/// In `db_productos`.
#[derive(Default, Serialize, Deserialize)]
pub struct OfProducts;

impl Kind for OfProducts {
    const NAME: &'static str = "products-expiry";

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, _: &App, run: &mut Run) -> Result<(), Stop> {
        run.batches(async |connection: &mut Connection| forget(connection).await).await
    }
}

impl Recurring for OfProducts {
    const EVERY: Duration = EVERY;
}

/// Removes a small batch of each, and says how many rows that were.
async fn forget(connection: &mut Connection) -> diesel::QueryResult<usize> {
    let claims = db::forget_expired(connection).await?;
    Ok(claims + queue::forget(now() - KEPT, connection).await?)
}
