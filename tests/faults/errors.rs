//! The server's errors, made on the real server and told apart.

use bodega::db::{Connection, Trouble};
use diesel::result::Error;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::support::{Flow, Proxy, Shop, shared_mysql, shared_redis};

async fn execute(connection: &mut Connection, statement: &str) -> Result<usize, Error> {
    diesel::sql_query(statement).execute(connection).await
}

async fn trouble(connection: &mut Connection, statement: &str) -> Trouble {
    let error = execute(connection, statement).await.expect_err(statement);
    let trouble = Trouble::of(&error);
    println!("{trouble:?}: {error}");
    trouble
}

async fn two_rows() -> (Shop, Connection, Connection) {
    let shop = Shop::new().await;
    let (mut one, two) = (shop.products_connection().await, shop.products_connection().await);
    let rows = "CREATE TABLE numbers (id INT PRIMARY KEY, n INT); INSERT INTO numbers VALUES (1, 0), (2, 0)";
    one.batch_execute(rows).await.unwrap();
    (shop, one, two)
}

#[tokio::test]
async fn a_duplicate_key_is_final_1062() {
    let (_shop, mut one, _two) = two_rows().await;
    assert_eq!(trouble(&mut one, "INSERT INTO numbers VALUES (1, 0)").await, Trouble::Broken);
}

#[tokio::test]
async fn a_mistake_of_ours_is_final_1064() {
    let (_shop, mut one, _two) = two_rows().await;
    assert_eq!(trouble(&mut one, "SELEKT 1").await, Trouble::Broken);
    assert_eq!(trouble(&mut one, "SELECT * FROM nowhere").await, Trouble::Broken);
    assert_eq!(trouble(&mut one, "INSERT INTO numbers VALUES (3, 99999999999)").await, Trouble::Broken);
}

#[tokio::test]
async fn a_lock_that_is_waited_for_too_long_is_a_conflict_1205() {
    let (_shop, mut one, mut two) = two_rows().await;
    one.batch_execute("START TRANSACTION; UPDATE numbers SET n = 1 WHERE id = 1").await.unwrap();
    two.batch_execute("SET innodb_lock_wait_timeout = 1").await.unwrap();
    assert_eq!(trouble(&mut two, "UPDATE numbers SET n = 2 WHERE id = 1").await, Trouble::Conflict);
}

#[tokio::test]
async fn a_deadlock_is_a_conflict_1213() {
    let (_shop, mut one, mut two) = two_rows().await;
    one.batch_execute("START TRANSACTION; UPDATE numbers SET n = 1 WHERE id = 1").await.unwrap();
    two.batch_execute("START TRANSACTION; UPDATE numbers SET n = 2 WHERE id = 2").await.unwrap();
    let (first, second) = tokio::join!(
        execute(&mut one, "UPDATE numbers SET n = 1 WHERE id = 2"),
        execute(&mut two, "UPDATE numbers SET n = 2 WHERE id = 1"),
    );
    let error = first.err().or(second.err()).expect("one of them is rolled back");
    assert_eq!(Trouble::of(&error), Trouble::Conflict, "{error}");
}

/// 2006 and 2013, by what the client makes of them.
#[tokio::test]
async fn a_connection_that_was_killed_is_away_before_and_during_a_statement() {
    let (_shop, mut one, mut two) = two_rows().await;
    kill(&mut one, &mut two).await;
    assert_eq!(trouble(&mut two, "SELECT 1").await, Trouble::Away);
    assert_eq!(trouble(&mut two, "SELECT 1").await, Trouble::Away);
    let (_shop, mut one, mut two) = two_rows().await;
    let id = id_of(&mut two).await;
    let (trouble, ()) = tokio::join!(trouble(&mut two, "SELECT 1 FROM (SELECT SLEEP(20)) AS s"), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        one.batch_execute(&format!("KILL {id}")).await.unwrap();
    });
    assert_eq!(trouble, Trouble::Away);
}

#[tokio::test]
async fn a_connection_that_was_cut_is_away_wherever_it_was_cut() {
    let shop = Shop::new().await;
    let wire = Proxy::before(&shared_mysql()).await;
    let shop = shop.through(&shared_mysql(), &wire.address(), &shared_redis());
    for bytes in 0..8 {
        let mut connection = shop.products_connection().await;
        wire.cut_answer_to(b"SELECT 12345", bytes);
        assert_eq!(trouble(&mut connection, "SELECT 12345").await, Trouble::Away, "after {bytes} bytes");
        assert!(wire.has_cut());
        assert_eq!(trouble(&mut connection, "SELECT 1").await, Trouble::Away, "afterwards");
    }
    let mut connection = shop.products_connection().await;
    wire.answers(Flow::Hold);
    let (trouble, ()) = tokio::join!(trouble(&mut connection, "SELECT 1"), async { wire.reset() });
    assert_eq!(trouble, Trouble::Away);
}

async fn id_of(connection: &mut Connection) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        id: i64,
    }
    let id = diesel::sql_query("SELECT CAST(CONNECTION_ID() AS SIGNED) AS id");
    id.get_result::<Row>(connection).await.unwrap().id
}

async fn kill(by: &mut Connection, whom: &mut Connection) {
    let id = id_of(whom).await;
    by.batch_execute(&format!("KILL {id}")).await.unwrap();
}
