//! What the worker knows about a kind.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::job::Job;
use super::{Kind, Run, Stop};
use crate::app::App;
use crate::db::{Connection, Database};

/// Pauses after failures: 5 s, 10 s, 20 s … 15 min.
const PAUSE: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_mins(15);

/// What became of an attempt.
pub type Outcome = Result<(), Stop>;

/// Does a job; returns it with its progress, and the outcome.
type Work = Arc<dyn Fn(App, Run) -> BoxFuture<'static, (Job, Outcome)> + Send + Sync>;

/// A kind without its type.
#[derive(Clone)]
pub struct Known {
    pub database: fn(&App) -> &Database,
    pub lease: Duration,
    pub work: Work,
    tries: u32,
    every: Option<Duration>,
}

impl Known {
    /// `every` is the pause of a recurring kind.
    pub fn of<K: Kind>(every: Option<Duration>) -> Self {
        let work: Work = Arc::new(|app, mut run| {
            Box::pin(async move {
                let outcome = AssertUnwindSafe(attempt::<K>(&app, &mut run)).catch_unwind().await;
                (run.job, outcome.unwrap_or_else(|_| Err(Stop::Failed("it panicked".into()))))
            })
        });
        let tries = if every.is_some() { u32::MAX } else { K::TRIES };
        Self { database: K::database, lease: K::LEASE, work, tries, every }
    }

    /// Whether too many attempts came to nothing: the job may be what kills replicas.
    pub fn is_hopeless(&self, job: &Job) -> bool {
        job.tries > self.tries
    }

    /// Stores an outcome.
    pub async fn note(&self, job: &Job, outcome: &Outcome, connection: &mut Connection) -> QueryResult<()> {
        match (outcome, self.every) {
            (Ok(()), None) => job.finish(connection).await,
            // Jitter.
            (Ok(()), Some(every)) => job.rest(every.mul_f64(rand::random_range(0.9..1.1)), connection).await,
            (Err(Stop::Lost), _) => Ok(()),
            (Err(Stop::Draining), _) => job.release(connection).await,
            (Err(Stop::Again(pause, why)), _) => job.fail(why, Some(*pause), connection).await,
            (Err(Stop::Failed(why)), _) if job.tries < self.tries => {
                job.fail(why, Some(pause(job.tries)), connection).await
            }
            (Err(Stop::Hopeless(why)), Some(every)) => job.fail(why, Some(every), connection).await,
            (Err(Stop::Failed(why) | Stop::Hopeless(why)), _) => job.fail(why, None, connection).await,
        }
    }
}

async fn attempt<K: Kind>(app: &App, run: &mut Run) -> Outcome {
    match serde_json::from_str::<K>(&run.job.input) {
        Ok(kind) => kind.run(app, run).await,
        Err(error) => Err(Stop::Hopeless(format!("its input: {error}"))),
    }
}

/// Exponential backoff with jitter.
pub fn pause(tries: u32) -> Duration {
    let pause = PAUSE.saturating_mul(1 << tries.saturating_sub(1).min(12)).min(LONGEST);
    pause.mul_f64(rand::random_range(0.8..1.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_quarter_of_an_hour() {
        let within = |tries, seconds: f64| {
            let pause = pause(tries).as_secs_f64();
            assert!((seconds * 0.79..seconds * 1.21).contains(&pause), "{tries}: {pause}");
        };
        for (tries, seconds) in [(0, 5.0), (1, 5.0), (2, 10.0), (3, 20.0), (9, 900.0), (u32::MAX, 900.0)] {
            within(tries, seconds);
        }
    }
}
