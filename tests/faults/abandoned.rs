//! Visitors go away in the middle of a question: tabs are closed, HAProxy gives up on a frozen replica.

use std::time::Duration;

use bodega::db::Database;
use diesel::IntoSql;
use diesel::sql_types::{Double, Text};
use diesel_async::RunQueryDsl;

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
