//! Replicas that sleep, and answers that are lost.

use super::*;
use crate::support::{Proxy, shared_mysql, shared_redis};

static SLEEPER: Gate = Gate::new();
static OTHER: Gate = Gate::new();

/// Sleeps before its only step.
#[derive(Serialize, Deserialize)]
struct Sleeper;

impl Kind for Sleeper {
    const NAME: &'static str = "sleeper";

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, app: &App, run: &mut Run) -> Result<(), Stop> {
        let gate = if app.config.replica == "sleeper" { &SLEEPER } else { &OTHER };
        gate.pass().await;
        let result = once(run, None).await;
        assert_eq!(matches!(result, Err(Stop::Lost)), app.config.replica == "sleeper", "{result:?}");
        result
    }
}

#[tokio::test]
async fn of_two_replicas_that_believe_they_have_the_lease_the_one_that_slept_changes_nothing() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Sleeper, &shop).await;
    let sleeper = due(shop.app(&["--replica", "sleeper"]), Worker::default().with::<Sleeper>());
    SLEEPER.is_reached().await;
    sql(&shop, "UPDATE jobs SET run_at = UTC_TIMESTAMP(6)").await;
    let other = due(shop.app(&["--replica", "other"]), Worker::default().with::<Sleeper>());
    OTHER.is_reached().await;
    SLEEPER.open();
    sleeper.await.unwrap().unwrap();
    assert_eq!(made(&mut connection).await.rows, 0);
    let running = only(JobState::Running, &mut connection).await.expect("it is the other's");
    assert_eq!(running.replica, "other");
    OTHER.open();
    other.await.unwrap().unwrap();
    assert_eq!(made(&mut connection).await, Made { rows: 1, steps: 1 });
    assert!(only(JobState::Done, &mut connection).await.is_some());
}

static MIDDLE: Gate = Gate::new();

/// Stops in the middle of its only step, when its lease is over already.
#[derive(Serialize, Deserialize)]
struct Slow;

impl Kind for Slow {
    const NAME: &'static str = "slow";
    const LEASE: Duration = Duration::ZERO;

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, app: &App, run: &mut Run) -> Result<(), Stop> {
        once(run, (app.config.replica == "slow").then_some(&MIDDLE)).await
    }
}

/// Who is in the middle of a step may also be frozen there: nothing else waits for that.
#[tokio::test]
async fn a_step_that_is_under_way_is_made_by_nobody_else_and_keeps_no_other_job_waiting() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    let other = (shop.app(&["--replica", "other"]), Worker::default().with::<Slow>().with::<Counting>());
    // Connected before it counts: the step stands for 2.8 s at most.
    other.1.do_due(&other.0).await.unwrap();
    enqueue(&Slow, &shop).await;
    let slow = due(shop.app(&["--replica", "slow"]), Worker::default().with::<Slow>());
    MIDDLE.is_reached().await;
    enqueue(&Counting { steps: 1 }, &shop).await;
    other.1.do_due(&other.0).await.unwrap();
    assert_eq!(only(JobState::Done, &mut connection).await.expect("one of the two").kind, "counting");
    MIDDLE.open();
    slow.await.unwrap().unwrap();
    assert_eq!(jobs::latest(JobState::Done, 9, &mut connection).await.unwrap().len(), 2);
    assert_eq!(made(&mut connection).await.rows, 2, "one each");
}

static LATER: Gate = Gate::new();

/// Stops when its only step is made, the first time.
#[derive(Serialize, Deserialize)]
struct Stranded;

impl Kind for Stranded {
    const NAME: &'static str = "stranded";
    const LEASE: Duration = Duration::from_secs(1);

    fn database(app: &App) -> &Database {
        &app.products
    }

    async fn run(&self, app: &App, run: &mut Run) -> Result<(), Stop> {
        once(run, None).await?;
        if app.config.replica == "stranded" {
            LATER.pass().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_job_whose_end_could_not_be_noted_is_ended_by_another_replica_and_not_done_again() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    let wire = Proxy::before(&shared_mysql()).await;
    let through = shop.through(&shared_mysql(), &wire.address(), &shared_redis());
    enqueue(&Stranded, &shop).await;
    let stranded = due(through.app(&["--replica", "stranded"]), Worker::default().with::<Stranded>());
    LATER.is_reached().await;
    wire.refuse();
    LATER.open();
    assert!(stranded.await.unwrap().is_err(), "the database is away");
    assert!(only(JobState::Done, &mut connection).await.is_none());
    let other = work(shop.app(&["--replica", "other"]), Worker::default().with::<Stranded>());
    becomes(JobState::Done, &mut connection).await;
    assert_eq!(made(&mut connection).await, Made { rows: 1, steps: 1 });
    other.drain().await;
}

#[tokio::test]
async fn whichever_answer_of_the_database_is_lost_each_step_is_made_once() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    let wire = Proxy::before(&shared_mysql()).await;
    let through = shop.through(&shared_mysql(), &wire.address(), &shared_redis());
    let worker = work(through.app(&[]), Worker::default().with::<Counting>());
    for answers in 0..=12 {
        sql(&shop, "DELETE FROM made; DELETE FROM jobs").await;
        match answers {
            // The one that leaves open whether a step is made.
            12 => wire.cut_answer_to(b"COMMIT", 0),
            _ => wire.cut_answer_after(answers),
        }
        enqueue(&Counting { steps: 3 }, &shop).await;
        becomes(JobState::Done, &mut connection).await;
        assert_eq!(made(&mut connection).await, Made { rows: 3, steps: 3 }, "after {answers} answers");
        assert!(wire.has_cut(), "the test itself: nothing was cut after {answers} answers");
        wire.heal();
    }
    worker.drain().await;
}
