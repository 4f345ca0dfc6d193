//! Work that outlives a request, while replicas die, sleep and lose answers.

mod failures;
mod killed;
mod leases;
mod turns;

use std::time::Duration;

use bodega::app::App;
use bodega::db::{Connection, Database};
use bodega::jobs::{self, JobState, Kind, Progress, Recurring, Run, Stop, Worker};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::Shop;

/// Writes down the number of each of its steps.
#[derive(Serialize, Deserialize)]
struct Counting {
    steps: u32,
}

impl Kind for Counting {
    const NAME: &'static str = "counting";
    const LEASE: Duration = Duration::from_secs(1);
    const TRIES: u32 = 3;

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, _: &App, run: &mut Run) -> Result<(), Stop> {
        while run.progress().done < self.steps {
            let (done, total) = (run.progress().done + 1, Some(self.steps));
            run.step(async move |connection| {
                diesel::sql_query(format!("INSERT INTO made VALUES ({done})")).execute(connection).await?;
                Ok(Progress { position: done.to_string(), done, total })
            })
            .await?;
        }
        Ok(())
    }
}

/// A shop with room for what jobs write down.
async fn shop() -> Shop {
    let shop = Shop::new().await;
    let mut connection = shop.products_connection().await;
    connection.batch_execute("CREATE TABLE made (step INT)").await.unwrap();
    shop
}

async fn enqueue<K: Kind>(job: &K, shop: &Shop) {
    jobs::enqueue(job, &mut shop.products_connection().await).await.unwrap();
}

#[derive(Debug, PartialEq, Eq, QueryableByName)]
struct Made {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    steps: i64,
}

async fn made(connection: &mut Connection) -> Made {
    let query = "SELECT COUNT(*) AS `rows`, COUNT(DISTINCT step) AS steps FROM made";
    diesel::sql_query(query).get_result(connection).await.unwrap()
}

async fn only(state: JobState, connection: &mut Connection) -> Option<jobs::JobSummary> {
    let found = jobs::latest(state, 2, connection).await.unwrap();
    assert!(found.len() < 2, "{found:?}");
    found.into_iter().next()
}

/// Waits for a job to be in a state.
async fn becomes(state: JobState, connection: &mut Connection) -> jobs::JobSummary {
    loop {
        if let Some(job) = only(state, connection).await {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

struct Working {
    task: JoinHandle<()>,
    draining: CancellationToken,
}

fn work(app: App, worker: Worker) -> Working {
    let draining = CancellationToken::new();
    Working { task: tokio::spawn(worker.run(app, draining.clone())), draining }
}

impl Working {
    async fn drain(self) {
        self.draining.cancel();
        self.task.await.unwrap();
    }
}

/// Does what is due now.
fn due(app: App, worker: Worker) -> JoinHandle<bodega::error::Result<()>> {
    tokio::spawn(async move { worker.do_due(&app).await })
}

async fn sql(shop: &Shop, statement: &str) {
    shop.products_connection().await.batch_execute(statement).await.unwrap();
}

/// Where a test stops a job: it says that it is there, and waits to be let on.
struct Gate(Semaphore, Semaphore);

impl Gate {
    const fn new() -> Self {
        Self(Semaphore::const_new(0), Semaphore::const_new(0))
    }

    async fn pass(&self) {
        self.0.add_permits(1);
        self.1.acquire().await.expect("open").forget();
    }

    async fn is_reached(&self) {
        self.0.acquire().await.expect("open").forget();
    }

    fn open(&self) {
        self.1.add_permits(1);
    }
}

/// Makes one step, unless it is made already.
async fn once(run: &mut Run, gate: Option<&'static Gate>) -> Result<(), Stop> {
    if run.progress().done == 1 {
        return Ok(());
    }
    run.step(async move |connection: &mut Connection| {
        diesel::sql_query("INSERT INTO made VALUES (1)").execute(connection).await?;
        if let Some(gate) = gate {
            gate.pass().await;
        }
        Ok(Progress { position: String::new(), done: 1, total: Some(1) })
    })
    .await
}

/// Fails until there is a table.
#[derive(Serialize, Deserialize)]
struct Failing;

impl Kind for Failing {
    const NAME: &'static str = "failing";
    const TRIES: u32 = 3;

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, _: &App, run: &mut Run) -> Result<(), Stop> {
        run.step(async |connection| {
            diesel::sql_query("INSERT INTO later VALUES (1)").execute(connection).await?;
            Ok(Progress::default())
        })
        .await
    }
}
