//! Writes entries that belong to no transaction: one background task, in order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout_at};

use super::folds::Folds;
use crate::audit::row::Row;
use crate::db::{Connection, Database};
use crate::error::{Error, Result};

/// Rows that may wait for the database. Beyond that they are only counted.
const MOST: usize = 1000;
/// Between tries while the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Writer(Arc<Parts>);

struct Parts {
    users: Database,
    state: Mutex<State>,
    /// Held by whoever is writing.
    turn: tokio::sync::Mutex<()>,
    news: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Row>,
    folds: Folds,
    is_writing: bool,
}

impl State {
    fn take(&mut self, row: Row, is_refusal: bool) {
        if self.waiting.len() >= MOST {
            self.folds.take_roughly(row);
        } else if is_refusal {
            self.waiting.extend(self.folds.take(row));
        } else {
            self.waiting.push_back(row);
        }
    }

    fn close(&mut self) {
        self.waiting.extend(self.folds.close());
    }
}

impl Writer {
    pub fn new(users: Database) -> Self {
        Self(Arc::new(Parts {
            users,
            state: Mutex::default(),
            turn: Default::default(),
            news: Notify::new(),
        }))
    }

    /// Queues a row. Refusals are folded.
    pub fn take(&self, row: Row, is_refusal: bool) {
        let mut state = self.state();
        state.take(row, is_refusal);
        self.0.news.notify_one();
        if !std::mem::replace(&mut state.is_writing, true) {
            tokio::spawn(self.clone().write());
        }
    }

    /// Writes everything, including what is still being counted.
    ///
    /// # Errors
    ///
    /// When the database is away. Unwritten rows stay queued.
    pub async fn finish(&self) -> Result<()> {
        self.state().close();
        self.write_waiting().await
    }

    /// Runs until nothing is queued and nothing is being counted.
    async fn write(self) {
        loop {
            if let Err(error) = self.write_waiting().await {
                tracing::warn!(cause = %error, "the security log waits");
                sleep(PAUSE).await;
                continue;
            }
            let Some(end) = self.end() else { return };
            let _ = timeout_at(end, self.0.news.notified()).await;
            if Instant::now() >= end {
                self.state().close();
            }
        }
    }

    /// When to look again at the latest. `None` ends the writer: there is nothing to wait for.
    fn end(&self) -> Option<Instant> {
        let mut state = self.state();
        let end = state.folds.end().or_else(|| (!state.waiting.is_empty()).then(Instant::now));
        state.is_writing = end.is_some();
        end
    }

    async fn write_waiting(&self) -> Result<()> {
        loop {
            let _turn = self.0.turn.lock().await;
            let Some(row) = self.state().waiting.front().cloned() else { return Ok(()) };
            match self.0.users.run(async |connection: &mut Connection| row.insert(connection).await).await {
                Err(error @ (Error::Away { .. } | Error::Busy(_))) => return Err(error),
                // Another try would fail again. The event is in its log line.
                Err(error) => {
                    tracing::error!(cause = %error, event = row.event, "an entry of the security log is lost")
                }
                Ok(()) => {}
            }
            self.state().waiting.pop_front();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
