//! Work that outlives a request, while replicas die, sleep and lose answers.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bodega::app::App;
use bodega::db::{Connection, Database};
use bodega::jobs::{self, Kind, Progress, Recurring, Run, State, Stop, Worker};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{Proxy, Shop, shared_mysql, shared_redis};

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

async fn only(state: State, connection: &mut Connection) -> Option<jobs::Summary> {
    let found = jobs::latest(state, 2, connection).await.unwrap();
    assert!(found.len() < 2, "{found:?}");
    found.into_iter().next()
}

/// Waits for a job to be in a state.
async fn becomes(state: State, connection: &mut Connection) -> jobs::Summary {
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

async fn sql(shop: &Shop, statement: &str) {
    shop.products_connection().await.batch_execute(statement).await.unwrap();
}

const PROCESS: &str = "BODEGA_TEST_JOBS_OF";

/// What `Process` runs: does jobs until it is killed. Alone it has nothing to do.
#[tokio::test]
async fn replica_process() {
    let Ok(shop) = std::env::var(PROCESS) else { return };
    let [name, users, products, redis] = shop.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let [users_url, products_url, redis_url] = [users, products, redis].map(|url| url.parse().unwrap());
    let app = Shop { users_url, products_url, redis_url }.app(&["--replica", name]);
    Worker::default().with::<Counting>().run(app, CancellationToken::new()).await;
}

/// A replica as a process of its own, to be killed.
struct Process(String, Child);

impl Process {
    fn start(name: &str, shop: &Shop) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "jobs::replica_process"]).stdout(Stdio::null()).stderr(Stdio::null());
        let shop = [name, shop.users_url.as_str(), shop.products_url.as_str(), shop.redis_url.as_str()];
        Self(name.to_owned(), command.env(PROCESS, shop.join(" ")).spawn().unwrap())
    }

    /// SIGKILL.
    fn kill(&mut self) {
        self.1.kill().unwrap();
        self.1.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.1.kill();
        let _ = self.1.wait();
    }
}

#[tokio::test]
async fn of_a_job_of_a_thousand_steps_whose_replica_is_killed_ten_times_each_step_is_made_once() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    let mut processes: Vec<_> = ["web1", "web2", "web3"].map(|name| Process::start(name, &shop)).into();
    enqueue(&Counting { steps: 1000 }, &shop).await;
    for kill in 1..=10 {
        // In the middle of it, and later each time.
        let holder = loop {
            assert!(only(State::Done, &mut connection).await.is_none(), "done before kill {kill}");
            let job = only(State::Running, &mut connection).await;
            if let Some(job) = job.filter(|job| job.done >= kill * 90) {
                break job.replica;
            }
        };
        let index = processes.iter().position(|process| process.0 == holder).expect("one of the three");
        processes[index].kill();
        processes[index] = Process::start(&holder, &shop);
    }
    becomes(State::Done, &mut connection).await;
    assert_eq!(made(&mut connection).await, Made { rows: 1000, steps: 1000 });
}

static ASLEEP: Semaphore = Semaphore::const_new(0);
static AWAKE: Semaphore = Semaphore::const_new(0);

/// Sleeps before its only step, the first time that it is taken.
#[derive(Serialize, Deserialize)]
struct Sleeper;

impl Kind for Sleeper {
    const NAME: &'static str = "sleeper";

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, app: &App, run: &mut Run) -> Result<(), Stop> {
        if app.config.replica == "sleeper" {
            ASLEEP.add_permits(1);
            AWAKE.acquire().await.expect("open").forget();
        }
        let result = run.step(async |connection| {
            diesel::sql_query("INSERT INTO made VALUES (1)").execute(connection).await?;
            Ok(Progress::default())
        });
        let result = result.await;
        if app.config.replica == "sleeper" {
            assert!(matches!(result, Err(Stop::Lost)), "{result:?}");
            ASLEEP.add_permits(1);
        }
        result
    }
}

#[tokio::test]
async fn a_replica_that_slept_through_its_lease_changes_nothing_any_more() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Sleeper, &shop).await;
    let sleeper = work(shop.app(&["--replica", "sleeper"]), Worker::default().with::<Sleeper>());
    ASLEEP.acquire().await.expect("open").forget();
    sql(&shop, "UPDATE jobs SET run_at = UTC_TIMESTAMP(6)").await;
    let other = work(shop.app(&["--replica", "other"]), Worker::default().with::<Sleeper>());
    becomes(State::Done, &mut connection).await;
    AWAKE.add_permits(1);
    ASLEEP.acquire().await.expect("open").forget();
    sleeper.drain().await;
    other.drain().await;
    assert_eq!(made(&mut connection).await, Made { rows: 1, steps: 1 });
    assert!(only(State::Done, &mut connection).await.is_some());
}

#[tokio::test]
async fn whichever_answer_of_the_database_is_lost_each_step_is_made_once() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    let wire = Proxy::before(&shared_mysql()).await;
    let through = shop.through(&shared_mysql(), &wire.address(), &shared_redis());
    let worker = work(through.app(&[]), Worker::default().with::<Counting>());
    for answers in 0..12 {
        sql(&shop, "DELETE FROM made; DELETE FROM jobs").await;
        wire.cut_answer_after(answers);
        enqueue(&Counting { steps: 3 }, &shop).await;
        becomes(State::Done, &mut connection).await;
        assert_eq!(made(&mut connection).await, Made { rows: 3, steps: 3 }, "after {answers} answers");
        assert!(wire.has_cut(), "the test itself: nothing was cut after {answers} answers");
        wire.heal();
    }
    worker.drain().await;
}

#[tokio::test]
async fn a_replica_that_is_to_end_leaves_its_job_to_another_where_it_stands() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Counting { steps: 100_000 }, &shop).await;
    let first = work(shop.app(&["--replica", "first"]), Worker::default().with::<Counting>());
    while made(&mut connection).await.rows < 3 {}
    first.drain().await;
    let left = only(State::Waiting, &mut connection).await.expect("it waits");
    let before = made(&mut connection).await;
    assert_eq!((i64::from(left.done), before.rows), (before.steps, before.steps));
    sql(&shop, &format!("UPDATE jobs SET input = '{{\"steps\":{}}}'", left.done + 2)).await;
    let second = work(shop.app(&["--replica", "second"]), Worker::default().with::<Counting>());
    becomes(State::Done, &mut connection).await;
    let after = made(&mut connection).await;
    assert_eq!((after.rows, after.steps), (before.steps + 2, before.steps + 2));
    second.drain().await;
}

#[tokio::test]
async fn a_job_is_stored_with_its_cause_or_not_at_all() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    let rolled_back: QueryResult<()> = connection
        .transaction(async |connection| {
            jobs::enqueue(&Counting { steps: 1 }, connection).await?;
            Err(diesel::result::Error::RollbackTransaction)
        })
        .await;
    assert!(rolled_back.is_err());
    assert!(only(State::Waiting, &mut connection).await.is_none());
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

#[tokio::test]
async fn what_fails_waits_longer_each_time_is_given_up_with_its_reason_and_can_be_begun_again() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Failing, &shop).await;
    let worker = work(shop.app(&[]), Worker::default().with::<Failing>());
    for tries in 1..Failing::TRIES {
        let waiting = loop {
            let waiting = becomes(State::Waiting, &mut connection).await;
            if waiting.tries == tries {
                break waiting;
            }
        };
        assert!(waiting.last_error.unwrap().contains("later"));
        let pause = waiting.at - bodega::db::now();
        assert!(pause > Duration::from_secs(2) && pause < Duration::from_secs(1000), "{pause}");
        sql(&shop, "UPDATE jobs SET run_at = UTC_TIMESTAMP(6)").await;
    }
    let failed = becomes(State::Failed, &mut connection).await;
    assert!(failed.last_error.unwrap().contains("later"));
    assert_eq!(jobs::totals(&mut connection).await.unwrap()[2], (State::Failed, 1));
    sql(&shop, "CREATE TABLE later (step INT)").await;
    assert!(jobs::retry(failed.id, &mut connection).await.unwrap());
    becomes(State::Done, &mut connection).await;
    assert!(!jobs::retry(failed.id, &mut connection).await.unwrap(), "it is done");
    worker.drain().await;
}

/// Writes down each of its turns.
#[derive(Default, Serialize, Deserialize)]
struct Daily;

impl Kind for Daily {
    const NAME: &'static str = "daily";

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, _: &App, run: &mut Run) -> Result<(), Stop> {
        run.step(async |connection| {
            diesel::sql_query("INSERT INTO made VALUES (1)").execute(connection).await?;
            Ok(Progress { position: "1".into(), done: 1, total: None })
        })
        .await
    }
}

impl Recurring for Daily {
    const EVERY: Duration = Duration::from_hours(24);
}

#[tokio::test]
async fn what_recurs_has_one_row_and_one_turn_at_a_time_however_many_replicas_there_are() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    let workers: Vec<_> =
        (0..3).map(|_| work(shop.app(&[]), Worker::default().with_recurring::<Daily>())).collect();
    for turn in 1..4 {
        while made(&mut connection).await.rows < turn {}
        // Each ends before the next begins, and waits for its day.
        let waiting = loop {
            let waiting = becomes(State::Waiting, &mut connection).await;
            if waiting.at > bodega::db::now() {
                break waiting;
            }
        };
        assert_eq!((made(&mut connection).await.rows, waiting.done), (turn, 0));
        assert!(waiting.at - bodega::db::now() > Duration::from_hours(20));
        sql(&shop, "UPDATE jobs SET run_at = UTC_TIMESTAMP(6)").await;
    }
    for worker in workers {
        worker.drain().await;
    }
}

/// Not known to the other release's replicas.
#[tokio::test]
async fn kinds_of_another_release_are_left_to_its_replicas() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Failing, &shop).await;
    enqueue(&Counting { steps: 1 }, &shop).await;
    let worker = work(shop.app(&[]), Worker::default().with::<Counting>());
    becomes(State::Done, &mut connection).await;
    let left = only(State::Waiting, &mut connection).await.expect("it waits");
    assert_eq!((left.kind.as_str(), left.tries), ("failing", 0));
    worker.drain().await;
}

/// Panics, as our mistakes do.
#[derive(Serialize, Deserialize)]
struct Panicking;

impl Kind for Panicking {
    const NAME: &'static str = "panicking";

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, _: &App, _: &mut Run) -> Result<(), Stop> {
        panic!("a mistake");
    }
}

#[tokio::test]
async fn a_job_that_panics_has_failed_and_hurts_no_other() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Panicking, &shop).await;
    enqueue(&Counting { steps: 2 }, &shop).await;
    let worker = work(shop.app(&[]), Worker::default().with::<Counting>().with::<Panicking>());
    becomes(State::Done, &mut connection).await;
    let failed = becomes(State::Waiting, &mut connection).await;
    assert!(failed.last_error.unwrap().contains("panicked"));
    worker.drain().await;
}
