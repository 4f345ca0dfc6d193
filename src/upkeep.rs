//! What a replica does besides answering: its part of the jobs, and telling Redis of ended sign-ins.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::audit::log;
use crate::auth;
use crate::jobs::{Worker, expiry};
use crate::mail::{self, Adoption, Delivery};
use crate::people::Retention;

/// All kinds of jobs. Mail is left to others where no server is configured.
pub fn worker(app: &App) -> Worker {
    let worker = Worker::default()
        .with_recurring::<expiry::OfUsers>()
        .with_recurring::<expiry::OfProducts>()
        .with_recurring::<Retention>();
    match mail::postman(app) {
        Some(_) => worker.with::<Delivery>().with_recurring::<Adoption>(),
        None => worker,
    }
}

/// See the module.
#[derive(Clone, Default)]
pub struct Upkeep {
    tasks: TaskTracker,
    ending: CancellationToken,
}

impl Upkeep {
    /// Begins.
    pub fn of(app: &App) -> Self {
        let upkeep = Self::default();
        upkeep.tasks.spawn(worker(app).run(app.clone(), upkeep.ending.clone()));
        upkeep.tasks.spawn(sync_sign_ins(app.clone(), upkeep.ending.clone()));
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
        let _ = log::writer(app).finish().await;
        tokio::join!(self.tasks.wait(), app.users.finished(), app.products.finished());
        if let Err(error) = log::writer(app).finish().await {
            tracing::error!(cause = %error, "entries of the security log are lost");
        }
    }
}

/// No job, but each replica's own: it is about what this one believes of Redis.
async fn sync_sign_ins(app: App, ending: CancellationToken) {
    let store = Arc::clone(auth::sessions(&app).store());
    while !ending.is_cancelled() {
        let _ = store.sync().await;
        // Soon where Redis was lost: until then every page asks the database who is in.
        let seconds = if store.is_synced() { 1.5..2.5 } else { 0.2..0.3 };
        let pause = Duration::from_secs_f64(rand::random_range(seconds));
        ending.run_until_cancelled(sleep(pause)).await;
    }
}
