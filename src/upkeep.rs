//! What any replica does now and then, besides answering: forget old keys and what was over long ago, send mail, tell
//! Redis of ended sign-ins.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::db::{self, Database};
use crate::users::delivery::Postman;
use crate::users::retention;

/// See the module. Several replicas do the same, so pauses differ.
#[derive(Clone, Default)]
pub struct Upkeep {
    tasks: TaskTracker,
    ending: CancellationToken,
}

impl Upkeep {
    /// Begins.
    pub fn of(app: &App) -> Self {
        let upkeep = Self::default();
        upkeep.forget_keys(app.users.clone());
        upkeep.forget_keys(app.products.clone());
        upkeep.forget_what_is_over(app);
        upkeep.send_mail(app);
        upkeep.settle_sign_ins(app);
        upkeep
    }

    /// Nothing new is begun from now on.
    pub fn stop(&self) {
        self.ending.cancel();
    }

    /// Waits for what is under way, also for what visitors who went away have left behind, and writes down what has
    /// been counted.
    pub async fn finished(&self, app: &App) {
        self.stop();
        self.tasks.close();
        // Requests have ended; a mail server may take all the time that there is.
        let _ = app.log.finish().await;
        tokio::join!(self.tasks.wait(), app.users.finished(), app.products.finished());
        if let Err(error) = app.log.finish().await {
            tracing::error!(cause = %error, "entries of the security log are lost");
        }
    }

    /// Does it again and again, each time after the pause that it asks for.
    fn every<Fut>(&self, mut work: impl FnMut() -> Fut + Send + 'static)
    where
        Fut: Future<Output = Duration> + Send,
    {
        let ending = self.ending.clone();
        self.tasks.spawn(async move {
            loop {
                let pause = work().await;
                if ending.run_until_cancelled(sleep(pause)).await.is_none() {
                    return;
                }
            }
        });
    }

    fn forget_keys(&self, database: Database) {
        self.every(move || {
            let database = database.clone();
            async move {
                let deleted = database.run(async |connection| db::forget_expired(connection).await).await;
                // More are waiting after a full batch; otherwise once a minute.
                if deleted.is_ok_and(|rows| rows >= 500) { seconds(1.0, 1.1) } else { seconds(45.0, 75.0) }
            }
        });
    }

    fn forget_what_is_over(&self, app: &App) {
        let (database, idle) = (app.users.clone(), app.config.session_idle());
        self.every(move || {
            let database = database.clone();
            async move {
                let more = database.run(async |connection| retention::forget(idle, connection).await).await;
                // Once an hour is enough.
                if more.is_ok_and(|more| more) { seconds(1.0, 1.1) } else { seconds(3000.0, 4200.0) }
            }
        });
    }

    /// Nothing where no server is configured.
    fn send_mail(&self, app: &App) {
        let Some(postman) = Postman::new(app) else { return };
        let postman = Arc::new(postman.until(self.ending.clone()));
        self.every(move || {
            let postman = Arc::clone(&postman);
            async move {
                if let Err(error) = postman.deliver_due().await {
                    tracing::debug!(cause = %error, "mail waits");
                }
                seconds(0.7, 1.3)
            }
        });
    }

    fn settle_sign_ins(&self, app: &App) {
        let store = Arc::clone(app.sessions.store());
        self.every(move || {
            let store = Arc::clone(&store);
            async move {
                let _ = store.settle().await;
                // Soon where Redis was lost: until then every page asks the database who is in.
                if store.is_settled() { seconds(1.5, 2.5) } else { seconds(0.2, 0.3) }
            }
        });
    }
}

fn seconds(from: f64, to: f64) -> Duration {
    Duration::from_secs_f64(rand::random_range(from..to))
}
