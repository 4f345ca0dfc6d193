//! Whose turn it is, and when.

use super::*;

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
    assert!(only(JobState::Waiting, &mut connection).await.is_none());
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
            let waiting = becomes(JobState::Waiting, &mut connection).await;
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
    becomes(JobState::Done, &mut connection).await;
    let left = only(JobState::Waiting, &mut connection).await.expect("it waits");
    assert_eq!((left.kind.as_str(), left.tries), ("failing", 0));
    worker.drain().await;
}
