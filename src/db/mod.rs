//! MySQL: a pool per database, what to do when it is away, the generated schemas, migrations.

mod commit;
mod database;
mod expiry;
mod grants;
mod like;
mod migrations;
mod once;
pub mod products_schema;
mod raw_query;
mod retry;
pub mod users_schema;

pub use commit::{after_commit, committed};
pub use database::{Connection, Database, Work, connect as open};
pub use expiry::delete_before;
pub use grants::limit;
pub use like::escape_like;
pub use migrations::{Schema, connect, pending, run as migrate};
pub use once::{Claim, KEPT, Outcome, forget_expired, once};
pub use raw_query::RawQuery;
pub use retry::Retry;

/// The value of a step within a transaction. If the step refuses, so does the whole, and nothing of it is kept.
macro_rules! granted {
    ($step:expr) => {
        match $step {
            Ok(value) => value,
            Err(refusal) => return Ok(Err(refusal.into())),
        }
    };
}
pub(crate) use granted;

use time::{OffsetDateTime, PrimitiveDateTime};

/// The time as rows hold it: UTC, to the microsecond.
pub fn now() -> PrimitiveDateTime {
    let now = OffsetDateTime::now_utc();
    let micros = now.microsecond() * 1000;
    PrimitiveDateTime::new(now.date(), now.time().replace_nanosecond(micros).expect("below a second"))
}
