//! Jobs that fail.

use super::*;

#[tokio::test]
async fn what_fails_waits_longer_each_time_is_given_up_with_its_reason_and_can_be_begun_again() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Failing, &shop).await;
    let worker = work(shop.app(&[]), Worker::default().with::<Failing>());
    for tries in 1..Failing::TRIES {
        let waiting = loop {
            let waiting = becomes(JobState::Waiting, &mut connection).await;
            if waiting.tries == tries {
                break waiting;
            }
        };
        assert!(waiting.last_error.unwrap().contains("later"));
        let pause = waiting.at - bodega::db::now();
        assert!(pause > Duration::from_secs(2) && pause < Duration::from_secs(1000), "{pause}");
        sql(&shop, "UPDATE jobs SET run_at = UTC_TIMESTAMP(6)").await;
    }
    let failed = becomes(JobState::Failed, &mut connection).await;
    assert!(failed.last_error.unwrap().contains("later"));
    assert_eq!(jobs::totals(&mut connection).await.unwrap()[0], (JobState::Failed, 1));
    due(shop.app(&[]), Worker::default().with::<Failing>()).await.unwrap().unwrap();
    assert!(only(JobState::Failed, &mut connection).await.is_some(), "by nobody before");
    sql(&shop, "CREATE TABLE later (step INT)").await;
    assert!(jobs::retry(failed.id, &mut connection).await.unwrap());
    becomes(JobState::Done, &mut connection).await;
    assert!(!jobs::retry(failed.id, &mut connection).await.unwrap(), "it is done");
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
    becomes(JobState::Done, &mut connection).await;
    let failed = becomes(JobState::Waiting, &mut connection).await;
    assert!(failed.last_error.unwrap().contains("panicked"));
    worker.drain().await;
}

/// Whoever takes it does not live on to tell: nothing is ever noted.
#[tokio::test]
async fn a_job_that_kills_its_replica_each_time_is_given_up_too() {
    let shop = shop().await;
    let mut connection = shop.products_connection().await;
    enqueue(&Failing, &shop).await;
    sql(&shop, "CREATE TABLE later (step INT)").await;
    let died = format!("UPDATE jobs SET tries = {}, lease = 7, replica = 'web1'", Failing::TRIES);
    sql(&shop, &died).await;
    due(shop.app(&[]), Worker::default().with::<Failing>()).await.unwrap().unwrap();
    let failed = only(JobState::Failed, &mut connection).await.expect("given up");
    assert!(failed.last_error.unwrap().contains("begun 3 times"));
}
