//! Visitors go away in the middle of a question: tabs are closed, HAProxy gives up on a frozen replica.

use std::sync::Arc;
use std::time::Duration;

use bodega::db::users_schema::submissions;
use bodega::db::{self, Claim, Connection, Database};
use bodega::id::Id;
use diesel::IntoSql;
use diesel::QueryDsl;
use diesel::sql_types::{Double, Text};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use tokio::sync::Notify;

use crate::support::Shop;

diesel::define_sql_function!(fn sleep(seconds: Double) -> Integer);

/// The word comes back after so many seconds. A prepared statement, the same each time, as those of pages are.
async fn echo(database: &Database, word: &'static str, seconds: f64) -> String {
    let answer = database.run(async move |connection| {
        let question = diesel::select((word.into_sql::<Text>(), sleep(seconds)));
        question.get_result::<(String, i32)>(connection).await
    });
    answer.await.expect("an answer").0
}

#[tokio::test]
async fn the_answer_to_somebody_who_went_away_is_not_given_to_the_next() {
    let shop = Shop::new().await;
    // One connection, so that the next one gets the very same if it is still there.
    let database = Database::new("db_productos", &shop.products_url, 1);
    assert_eq!(echo(&database, "before", 0.0).await, "before");
    let theirs = echo(&database, "theirs", 0.3);
    assert!(tokio::time::timeout(Duration::from_millis(100), theirs).await.is_err(), "it was not cut off");
    assert_eq!(echo(&database, "ours", 0.0).await, "ours");
}

#[tokio::test]
async fn the_end_of_a_replica_waits_for_the_write_of_somebody_who_went_away() {
    let shop = Shop::new().await;
    let app = shop.app(&[]);
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let claim = Claim { key: Id::new(), person: Id::new(), fingerprint: [7; 32] };
    let change = {
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        async move |_: &mut Connection| {
            begun.notify_one();
            go_on.notified().await;
            Ok(Ok::<u8, ()>(7))
        }
    };
    tokio::select! {
        _ = db::once(&app.users, claim, change) => panic!("it waits"),
        () = begun.notified() => {}
    }
    let mut finished = Box::pin(app.users.finished());
    assert!((&mut finished).now_or_never().is_none(), "the write is under way");
    go_on.notify_one();
    finished.await;
    let written = submissions::table.count().get_result::<i64>(&mut shop.users_connection().await).await;
    assert_eq!(written.unwrap(), 1);
}
