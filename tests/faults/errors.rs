//! The server's errors, made on a real server that speaks Spanish and told apart.

use bodega::db::{self, Connection, Retry};
use diesel::result::Error;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::support::{Flow, Proxy, Server, Shop, password, shared_redis};

async fn execute(connection: &mut Connection, statement: &str) -> Result<usize, Error> {
    diesel::sql_query(statement).execute(connection).await
}

async fn trouble(connection: &mut Connection, statement: &str) -> Retry {
    let error = execute(connection, statement).await.expect_err(statement);
    let trouble = Retry::of(&error);
    println!("{trouble:?}: {error}");
    trouble
}

/// A server whose texts are Spanish to whoever asks for no other language.
async fn spanish() -> (Server, Shop) {
    let server = Server::mysql();
    let shop = Shop::empty(&server.address(), &shared_redis()).await;
    let mut connection = shop.products_connection().await;
    connection.batch_execute("SET GLOBAL lc_messages = 'es_ES'").await.unwrap();
    let error = execute(&mut shop.products_connection().await, "SELECT * FROM nowhere").await.unwrap_err();
    assert!(error.to_string().contains("no existe"), "{error}");
    (server, shop)
}

/// A connection as the application has them.
async fn open(shop: &Shop) -> Connection {
    db::open(shop.products_url.as_str()).await.unwrap()
}

/// A server, and two connections that see two rows.
async fn two_rows() -> (Server, Connection, Connection) {
    let (server, shop) = spanish().await;
    let (mut one, two) = (open(&shop).await, open(&shop).await);
    let rows = "CREATE TABLE numbers (id INT PRIMARY KEY, n INT); INSERT INTO numbers VALUES (1, 0), (2, 0)";
    one.batch_execute(rows).await.unwrap();
    (server, one, two)
}

#[tokio::test]
async fn a_duplicate_key_is_final_1062() {
    let (_server, mut one, _two) = two_rows().await;
    assert_eq!(trouble(&mut one, "INSERT INTO numbers VALUES (1, 0)").await, Retry::Fatal);
}

#[tokio::test]
async fn a_mistake_of_ours_is_final_1064() {
    let (_server, mut one, _two) = two_rows().await;
    assert_eq!(trouble(&mut one, "SELEKT 1").await, Retry::Fatal);
    assert_eq!(trouble(&mut one, "SELECT * FROM nowhere").await, Retry::Fatal);
    assert_eq!(trouble(&mut one, "INSERT INTO numbers VALUES (3, 99999999999)").await, Retry::Fatal);
}

#[tokio::test]
async fn a_lock_that_is_waited_for_too_long_is_a_conflict_1205() {
    let (_server, mut one, mut two) = two_rows().await;
    one.batch_execute("START TRANSACTION; UPDATE numbers SET n = 1 WHERE id = 1").await.unwrap();
    two.batch_execute("SET innodb_lock_wait_timeout = 1").await.unwrap();
    assert_eq!(trouble(&mut two, "UPDATE numbers SET n = 2 WHERE id = 1").await, Retry::Transaction);
}

#[tokio::test]
async fn a_deadlock_is_a_conflict_1213() {
    let (_server, mut one, mut two) = two_rows().await;
    one.batch_execute("START TRANSACTION; UPDATE numbers SET n = 1 WHERE id = 1").await.unwrap();
    two.batch_execute("START TRANSACTION; UPDATE numbers SET n = 2 WHERE id = 2").await.unwrap();
    let (first, second) = tokio::join!(
        execute(&mut one, "UPDATE numbers SET n = 1 WHERE id = 2"),
        execute(&mut two, "UPDATE numbers SET n = 2 WHERE id = 1"),
    );
    let error = first.err().or(second.err()).expect("one of them is rolled back");
    assert_eq!(Retry::of(&error), Retry::Transaction, "{error}");
}

/// 2006 and 2013, by what the client makes of them.
#[tokio::test]
async fn a_connection_that_was_killed_is_away_before_and_during_a_statement() {
    let (_server, mut one, mut two) = two_rows().await;
    kill(&mut one, &mut two).await;
    assert_eq!(trouble(&mut two, "SELECT 1").await, Retry::Reconnect);
    assert_eq!(trouble(&mut two, "SELECT 1").await, Retry::Reconnect);
    assert_eq!(ended_by("KILL").await, Retry::Reconnect);
}

/// 1317
#[tokio::test]
async fn a_statement_that_was_killed_alone_is_away() {
    assert_eq!(ended_by("KILL QUERY").await, Retry::Reconnect);
}

async fn ended_by(kill: &str) -> Retry {
    let (_server, mut one, mut two) = two_rows().await;
    let id = id_of(&mut two).await;
    let (trouble, ()) = tokio::join!(trouble(&mut two, SLOW), async {
        until_it_runs(id, &mut one).await;
        one.batch_execute(&format!("{kill} {id}")).await.unwrap();
    });
    trouble
}

/// 1969 of MariaDB, 3024 of MySQL
#[tokio::test]
async fn a_statement_that_took_too_long_is_not_tried_again() {
    let (_server, mut one, _two) = two_rows().await;
    // Each server knows one of the two.
    let _ = one.batch_execute("SET max_statement_time = 0.1").await;
    let _ = one.batch_execute("SET max_execution_time = 100").await;
    assert_eq!(trouble(&mut one, SLOW).await, Retry::TooSlow);
    assert_eq!(execute(&mut one, "UPDATE numbers SET n = 3 WHERE id = 1").await.unwrap(), 1);
}

/// 1290
#[tokio::test]
async fn a_server_that_may_not_write_is_away() {
    let (_server, shop) = spanish().await;
    let mut one = open(&shop).await;
    let name = shop.products_url.path().trim_start_matches('/').to_owned();
    let account = format!(
        "CREATE USER clerk@'127.0.0.1' IDENTIFIED BY '{}'; GRANT ALL ON {name}.* TO clerk@'127.0.0.1'; \
         CREATE TABLE {name}.numbers (id INT); SET GLOBAL read_only = 1",
        password()
    );
    one.batch_execute(&account).await.unwrap();
    let mut url = shop.products_url.clone();
    url.set_username("clerk").unwrap();
    let mut clerk = db::open(url.as_str()).await.unwrap();
    assert_eq!(trouble(&mut clerk, "INSERT INTO numbers VALUES (3)").await, Retry::Reconnect);
}

/// 1053 or 1927, or what the client makes of them
#[tokio::test]
async fn a_server_that_shuts_down_is_away() {
    let (_server, mut one, mut two) = two_rows().await;
    let id = id_of(&mut two).await;
    let (trouble, ()) = tokio::join!(trouble(&mut two, SLOW), async {
        until_it_runs(id, &mut one).await;
        one.batch_execute("SHUTDOWN").await.unwrap();
    });
    assert_eq!(trouble, Retry::Reconnect);
}

/// 1040, which comes before a connection could ask for a language.
#[tokio::test]
async fn a_server_with_too_many_connections_is_waited_for() {
    let (_server, shop) = spanish().await;
    let mut connection = shop.products_connection().await;
    connection.batch_execute("SET GLOBAL max_connections = 10").await.unwrap();
    let mut many = vec![];
    while let Ok(more) = db::open(shop.products_url.as_str()).await {
        many.push(more);
    }
    let database = db::Database::new("db_productos", &shop.products_url, 1);
    let refused = refusals(&mut connection).await;
    let (answer, ()) = tokio::join!(database.run(async |c| execute(c, "SELECT 1").await), async {
        while refusals(&mut connection).await == refused {}
        many.clear();
    });
    assert!(answer.is_ok(), "{answer:?}");
}

#[tokio::test]
async fn a_connection_that_was_cut_is_away_wherever_it_was_cut() {
    let (server, shop) = spanish().await;
    let wire = Proxy::before(&server.address()).await;
    let shop = shop.through(&server.address(), &wire.address(), &shared_redis());
    for bytes in 0..8 {
        let mut connection = open(&shop).await;
        wire.cut_answer_to(b"SELECT 12345", bytes);
        assert_eq!(trouble(&mut connection, "SELECT 12345").await, Retry::Reconnect, "after {bytes} bytes");
        assert!(wire.has_cut());
        assert_eq!(trouble(&mut connection, "SELECT 1").await, Retry::Reconnect, "afterwards");
    }
    let mut connection = open(&shop).await;
    wire.answers(Flow::Hold);
    let (trouble, ()) = tokio::join!(trouble(&mut connection, "SELECT 1"), async { wire.reset() });
    assert_eq!(trouble, Retry::Reconnect);
}

/// Connections that the server has refused because there were too many.
async fn refusals(connection: &mut Connection) -> String {
    #[derive(diesel::QueryableByName)]
    struct Status {
        #[diesel(sql_type = diesel::sql_types::Text, column_name = "Value")]
        value: String,
    }
    let status = diesel::sql_query("SHOW GLOBAL STATUS LIKE 'Connection_errors_max_connections'");
    status.get_result::<Status>(connection).await.unwrap().value
}

/// Takes twenty seconds, and is more than a SLEEP, which MySQL ends without an error.
const SLOW: &str = "SELECT 1 FROM (SELECT SLEEP(20) AS s UNION SELECT 2) AS slow";

async fn until_it_runs(id: i64, connection: &mut Connection) {
    let runs = format!(
        "SELECT CAST(id AS SIGNED) AS id FROM information_schema.processlist WHERE id = {id} AND info LIKE '%SLEEP%'"
    );
    while diesel::sql_query(&runs).load::<Row>(connection).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    id: i64,
}

async fn id_of(connection: &mut Connection) -> i64 {
    let id = diesel::sql_query("SELECT CAST(CONNECTION_ID() AS SIGNED) AS id");
    id.get_result::<Row>(connection).await.unwrap().id
}

async fn kill(by: &mut Connection, whom: &mut Connection) {
    let id = id_of(whom).await;
    by.batch_execute(&format!("KILL {id}")).await.unwrap();
}
