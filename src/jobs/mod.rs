//! Background jobs: work that outlives a request, done by any replica.
//!
//! A job is a row in the database that its work is about, stored in the transaction of its cause. A replica takes it
//! for a lease and works in steps: a step's changes, its progress and the renewed lease are one transaction, so that
//! whoever takes over goes on after the last step and nothing is done twice. Each taking has a number; a replica that
//! slept through its lease has an old one, and its next step changes nothing.

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

/// A kind of job: its input, and how it is done.
pub trait Kind: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in the table and in metrics.
    const NAME: &'static str;
    /// A replica that finishes no step for so long has lost the job.
    const LEASE: Duration = Duration::from_secs(10);
    /// Attempts without a step after which it is given up.
    const TRIES: u32 = 20;

    /// The database that its row is in.
    fn database(app: &App) -> &Database;

    /// Does it, from `run.progress()` on, which may be the end already.
    fn run(&self, app: &App, run: &mut Run) -> impl Future<Output = Result<(), Stop>> + Send;
}

/// A kind that is done again and again, by one replica at a time.
pub trait Recurring: Kind + Default {
    /// Pause from an end to the next beginning.
    const EVERY: Duration;
}
