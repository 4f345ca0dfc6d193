//! For one release: turns mail that replicas of the previous release have queued (`next_try_at` says when they try
//! again), and have left alone for longer than they ever do, into jobs. To be removed with its line in `upkeep.rs`, its
//! text, and its row in `jobs`.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

use super::delivery::Delivery;
use crate::app::App;
use crate::db::users_schema::mails;
use crate::db::{Connection, Database, now};
use crate::id::Id;
use crate::jobs::{self, Kind, Recurring, Run, Stop};

/// They look every second, and the claim of one that died lasts a minute.
const LEFT_ALONE: Duration = Duration::from_mins(2);

/// See the module.
#[derive(Default, Serialize, Deserialize)]
pub struct Adoption;

impl Kind for Adoption {
    const NAME: &'static str = "mail-adoption";

    fn database(app: &App) -> &Database {
        &app.users
    }

    async fn run(&self, _: &App, run: &mut Run) -> Result<(), Stop> {
        run.batches(async |connection: &mut Connection| adopt(connection).await).await
    }
}

impl Recurring for Adoption {
    const EVERY: Duration = Duration::from_mins(1);
}

async fn adopt(connection: &mut Connection) -> QueryResult<usize> {
    let left = mails::table.filter(mails::next_try_at.le(now() - LEFT_ALONE)).select(mails::id).limit(100);
    let left: Vec<Id> = left.for_update().load(connection).await?;
    for mail in &left {
        jobs::enqueue(&Delivery { mail: *mail }, connection).await?;
    }
    diesel::update(mails::table.filter(mails::id.eq_any(&left)))
        .set(mails::next_try_at.eq(None::<PrimitiveDateTime>))
        .execute(connection)
        .await
}
