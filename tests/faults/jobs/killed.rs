//! Replicas that die in the middle of a job, or are told to end.

use std::process::{Child, Command, Stdio};

use super::*;

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
        command
            .args(["--exact", "jobs::killed::replica_process"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
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
            assert!(only(JobState::Done, &mut connection).await.is_none(), "done before kill {kill}");
            let job = only(JobState::Running, &mut connection).await;
            if let Some(job) = job.filter(|job| job.done >= kill * 90) {
                break job.replica;
            }
        };
        let index = processes.iter().position(|process| process.0 == holder).expect("one of the three");
        processes[index].kill();
        processes[index] = Process::start(&holder, &shop);
    }
    becomes(JobState::Done, &mut connection).await;
    assert_eq!(made(&mut connection).await, Made { rows: 1000, steps: 1000 });
}

#[tokio::test]
async fn a_replica_that_is_to_end_leaves_its_job_to_another_where_it_stands() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Counting { steps: 100_000 }, &shop).await;
    let first = work(shop.app(&["--replica", "first"]), Worker::default().with::<Counting>());
    while made(&mut connection).await.rows < 3 {}
    first.drain().await;
    let left = only(JobState::Waiting, &mut connection).await.expect("it waits");
    assert_eq!(left.tries, 0, "that was no failure");
    let before = made(&mut connection).await;
    assert_eq!((i64::from(left.done), before.rows), (before.steps, before.steps));
    sql(&shop, &format!("UPDATE jobs SET input = '{{\"steps\":{}}}'", left.done + 2)).await;
    let second = work(shop.app(&["--replica", "second"]), Worker::default().with::<Counting>());
    becomes(JobState::Done, &mut connection).await;
    let after = made(&mut connection).await;
    assert_eq!((after.rows, after.steps), (before.steps + 2, before.steps + 2));
    second.drain().await;
}

static HELD: Gate = Gate::new();

/// Is begun, and comes to nothing.
#[derive(Default, Serialize, Deserialize)]
struct Held;

impl Kind for Held {
    const NAME: &'static str = "held";

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, _: &App, _: &mut Run) -> Result<(), Stop> {
        HELD.pass().await;
        Ok(())
    }
}

impl Recurring for Held {
    const EVERY: Duration = Duration::from_secs(1);
}

#[tokio::test]
async fn what_may_have_killed_its_replicas_is_left_alone_for_longer_each_time_also_what_is_never_given_up() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    let worker = work(shop.app(&[]), Worker::default().with_recurring::<Held>());
    for minutes in [0, 10, 10] {
        HELD.is_reached().await;
        let query = "SELECT TIMESTAMPDIFF(MINUTE, taken_at, run_at) AS `rows`, 0 AS steps FROM jobs";
        let lease: Made = diesel::sql_query(query).get_result(&mut connection).await.unwrap();
        assert!(lease.rows >= minutes && lease.rows < minutes + 10, "{lease:?}");
        // Its replica died of it, and not for the first time.
        sql(&shop, "UPDATE jobs SET tries = 30, run_at = UTC_TIMESTAMP(6)").await;
    }
    for _ in 0..4 {
        HELD.open();
    }
    worker.drain().await;
}
