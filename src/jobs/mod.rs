//! Layer: work that outlives a request, done by whichever replica gets to it.
//!
//! A job is a row, in the database that its work is about, stored in the transaction of its cause. A replica
//! takes it for a while (a lease) and works in steps. A step's own changes, how far the job has got, and the lease
//! are one transaction: whoever takes over goes on behind the last step, and nothing is done twice. Each taking
//! has a number; a replica that slept through its lease has an old one, and its next step changes nothing.

pub mod expiry;
mod job;
mod known;
mod listing;
pub mod pages;
mod queue;
mod recurring;
mod run;
pub mod views;
mod worker;

pub use known::pause;
pub use listing::{JobState, JobSummary, latest, retry, totals};
pub use queue::enqueue;
pub use run::{Progress, Run, Stop};
pub use worker::Worker;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::db::Database;

/// A kind of job: what it needs to know, and how it is done.
pub trait Kind: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in the table and in metrics.
    const NAME: &'static str;
    /// A replica that has not finished a step for so long has lost the job. Longer than any step takes, with what
    /// comes before it.
    const LEASE: Duration = Duration::from_secs(10);
    /// Takings in a row that came to no step, after which it is given up.
    const TRIES: u32 = 20;

    /// The database that its row is in.
    fn database(app: &App) -> &Database;

    /// Does it, from where `run` says that it has got to: perhaps to its end, if what was lost is only the news of that.
    ///
    /// # Errors
    ///
    /// See [`Stop`].
    fn run(&self, app: &App, run: &mut Run) -> impl Future<Output = Result<(), Stop>> + Send;
}

/// A kind that is done again and again, by one replica at a time: it has one row for ever.
pub trait Recurring: Kind + Default {
    /// From its end to its next beginning.
    const EVERY: Duration;
}
