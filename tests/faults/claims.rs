//! Exactly once, in the cases that InnoDB and the network make hard.

use std::sync::Arc;

use bodega::db::{self, Claim, Connection, Outcome};
use bodega::id::Id;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tokio::sync::Semaphore;

use crate::support::{Browser, Flow, Form, Proxy, Server, Shop, shared_mysql, shared_redis, unique};

fn claim() -> Claim {
    Claim { key: Id::new(), person: Id::new(), fingerprint: [7; 32] }
}

/// A table that counts how often a change was really made.
async fn with_counter(shop: &Shop) -> Connection {
    let mut connection = shop.products_connection().await;
    connection.batch_execute("CREATE TABLE made (at INT); SET autocommit = 1").await.unwrap();
    connection
}

async fn make(connection: &mut Connection) -> QueryResult<()> {
    diesel::sql_query("INSERT INTO made VALUES (1)").execute(connection).await.map(|_| ())
}

async fn count(connection: &mut Connection) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }
    let count = diesel::sql_query("SELECT COUNT(*) AS count FROM made");
    count.get_result::<Count>(connection).await.unwrap().count
}

/// How many transactions wait for a lock in the whole server. Lists of them say whose they are, but MySQL
/// cannot show those whose statements have bytes in them.
async fn waiting(connection: &mut Connection) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::Text, column_name = "Value")]
        count: String,
    }
    let count = diesel::sql_query("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'");
    count.get_result::<Count>(connection).await.unwrap().count.parse().unwrap()
}

#[tokio::test]
async fn a_claim_that_rolls_back_with_three_waiting_is_made_once_by_one_of_them() {
    let server = Server::mysql();
    let shop = Shop::on(&server.address(), &shared_redis()).await;
    let (app, claim) = (shop.app(&[]), claim());
    let mut connection = with_counter(&shop).await;
    // The first holds its claim until three wait for it, then fails.
    let (claimed, fail) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let first = {
        let (app, claimed, fail) = (app.clone(), Arc::clone(&claimed), Arc::clone(&fail));
        let change = async move |connection: &mut Connection| -> QueryResult<Result<i32, ()>> {
            make(connection).await?;
            claimed.add_permits(1);
            fail.acquire().await.expect("open").forget();
            Ok(Err(()))
        };
        tokio::spawn(async move { db::once(&app.products, claim, change).await })
    };
    claimed.acquire().await.expect("open").forget();
    let others: Vec<_> = (0..3)
        .map(|_| {
            let app = app.clone();
            let change = async move |connection: &mut Connection| -> QueryResult<Result<i32, ()>> {
                make(connection).await?;
                Ok(Ok(42))
            };
            tokio::spawn(async move { db::once(&app.products, claim, change).await })
        })
        .collect();
    while waiting(&mut connection).await < 3 {
        tokio::task::yield_now().await;
    }
    fail.add_permits(1);
    assert_eq!(first.await.unwrap().unwrap(), Outcome::Refused(()));
    for other in others {
        assert_eq!(other.await.unwrap().unwrap(), Outcome::Done(42));
    }
    assert_eq!(count(&mut connection).await, 1);
}

/// The answer to COMMIT is lost in whole, or after its first bytes.
#[tokio::test]
async fn a_commit_whose_answer_is_lost_counts_once_and_the_visitor_sees_success() {
    for bytes in [0, 3] {
        let shop = Shop::new().await;
        let wire = Proxy::before(&shared_mysql()).await;
        let through = shop.through(&shared_mysql(), &wire.address(), &shared_redis());
        let replica = through.replica().await;
        let mut ana = replica.person("Ana").await;
        let form = ana.product_form("Café", "C-1").await;
        wire.cut_answer_to(b"COMMIT", bytes);
        let path = ana.add(&form).await;
        assert!(wire.has_cut(), "the test itself: the answer was not cut");
        let list = ana.get("/products").await;
        assert_eq!(list.products(), ["Café"]);
        assert_eq!(list.text_of("#product-total"), "1 producto");
        assert_eq!(ana.add(&form).await, path);
    }
}

/// Loses the first answer of the database, then the second, and so on through all of a change.
#[tokio::test]
async fn whichever_answer_of_the_database_is_lost_every_change_is_made_once() {
    let shop = Shop::new().await;
    let wire = Proxy::before(&shared_mysql()).await;
    let replica = shop.through(&shared_mysql(), &wire.address(), &shared_redis()).replica().await;
    let mut ana = replica.person("Ana").await;
    let mut lost = 1;
    for answers in 0.. {
        if lost == 0 {
            assert!(answers > 8, "the test itself: only {answers} answers were lost");
            break;
        }
        lost = 0;
        let mut send = async |browser: &mut Browser, form: &Form| {
            wire.cut_answer_after(answers);
            let answer = browser.submit(form).await;
            answer.assert_status(303);
            lost += usize::from(wire.has_cut());
            wire.heal();
            answer.location().expect("303").to_owned()
        };
        let form = ana.product_form("Café", &format!("C-{answers}")).await;
        let path = send(&mut ana, &form).await;
        let form = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "8");
        send(&mut ana, &form).await;
        for verb in ["delete", "restore"] {
            let form = ana.get(&path).await.form_to(&format!("{path}/{verb}"));
            send(&mut ana, &form).await;
        }
        let version = ana.get(&format!("{path}/edit")).await.form_to(&path);
        assert_eq!(version.value("version"), "4", "answer {answers} lost");
        let total = ana.get("/products").await.text_of("#product-total");
        assert!(total.starts_with(&format!("{} ", answers + 1)), "answer {answers} lost: {total}");
    }
}

#[tokio::test]
async fn whichever_answer_of_the_database_is_lost_a_registration_makes_one_account_and_signs_in() {
    let shop = Shop::new().await;
    let wire = Proxy::before(&shared_mysql()).await;
    let replica = shop.through(&wire.address(), &shared_mysql(), &shared_redis()).replica().await;
    for answers in 0.. {
        let email = unique("eva") + "@example.com";
        wire.cut_answer_after(answers);
        let mut eva = replica.person_at("Eva", &email).await;
        if !wire.has_cut() {
            assert!(answers > 8, "the test itself: only {answers} answers were lost");
            break;
        }
        let page = eva.get("/products").await;
        assert_eq!(page.text_of("header .person"), "Eva Prueba", "answer {answers} lost");
    }
}

/// A replica that froze in the middle of a transaction keeps its locks.
#[tokio::test]
async fn a_frozen_lock_holder_holds_others_only_for_a_while() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let form = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "8");
    let mut frozen = shop.products_connection().await;
    frozen.batch_execute("START TRANSACTION; SELECT * FROM products FOR UPDATE").await.unwrap();
    let answer = ana.submit(&form).await;
    answer.assert_page(503, bodega::web::Language::Spanish);
    assert!(answer.header("retry-after").is_some());
    // Reading never waits for writers.
    ana.get(&path).await.assert_status(200);
    frozen.batch_execute("ROLLBACK").await.unwrap();
    ana.submit(&form).await.assert_redirect(&path);
    assert_eq!(ana.get(&path).await.text_of("dd[data-unit]"), "8");
}

#[tokio::test]
async fn a_waiter_goes_on_as_soon_as_the_lock_holder_dies() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let form = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "8");
    let wire = Proxy::before(&shared_mysql()).await;
    let mut holder =
        shop.through(&shared_mysql(), &wire.address(), &shared_redis()).products_connection().await;
    holder.batch_execute("START TRANSACTION; SELECT * FROM products FOR UPDATE").await.unwrap();
    let (answer, ()) = tokio::join!(ana.submit(&form), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        wire.reset();
    });
    answer.assert_redirect(&path);
}

/// A database that takes requests and says nothing is given up on, and nothing is done twice.
#[tokio::test]
async fn a_write_that_nobody_answers_ends_in_a_503_and_can_be_sent_again() {
    let shop = Shop::new().await;
    let wire = Proxy::before(&shared_mysql()).await;
    let replica = shop.through(&shared_mysql(), &wire.address(), &shared_redis()).replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    wire.answers(Flow::Drop);
    ana.submit(&form).await.assert_page(503, bodega::web::Language::Spanish);
    wire.heal();
    wire.reset();
    ana.add(&form).await;
    assert_eq!(ana.get("/products").await.text_of("#product-total"), "1 producto");
}

#[tokio::test]
async fn a_panic_within_a_change_leaves_nothing_behind() {
    let shop = Shop::new().await;
    let (app, claim) = (shop.app(&[]), claim());
    let mut connection = with_counter(&shop).await;
    let change = async move |connection: &mut Connection| -> QueryResult<Result<i32, ()>> {
        make(connection).await?;
        panic!("in the middle");
    };
    let broken = tokio::spawn({
        let app = app.clone();
        async move { db::once(&app.products, claim, change).await }
    });
    assert!(broken.await.unwrap_err().is_panic());
    let change = async move |connection: &mut Connection| -> QueryResult<Result<i32, ()>> {
        make(connection).await?;
        Ok(Ok(1))
    };
    assert_eq!(db::once(&app.products, claim, change).await.unwrap(), Outcome::Done(1));
    assert_eq!(count(&mut connection).await, 1);
}

#[tokio::test]
async fn a_visitor_who_goes_away_does_not_stop_the_change_half_way() {
    let shop = Shop::new().await;
    let (app, claim) = (shop.app(&[]), claim());
    let mut connection = with_counter(&shop).await;
    let (begun, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let change = {
        let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
        async move |connection: &mut Connection| -> QueryResult<Result<i32, ()>> {
            make(connection).await?;
            begun.add_permits(1);
            go.acquire().await.expect("open").forget();
            Ok(Ok(5))
        }
    };
    let visitor = tokio::spawn({
        let app = app.clone();
        async move { db::once(&app.products, claim, change).await }
    });
    begun.acquire().await.expect("open").forget();
    visitor.abort();
    assert!(visitor.await.unwrap_err().is_cancelled());
    go.add_permits(1);
    // The second arrival waits for the first, and gets its answer.
    let never = async move |_: &mut Connection| -> QueryResult<Result<i32, ()>> {
        Err(QueryError::DatabaseError(DatabaseErrorKind::Unknown, Box::new("made twice".to_owned())))
    };
    assert_eq!(db::once(&app.products, claim, never).await.unwrap(), Outcome::Done(5));
    assert_eq!(count(&mut connection).await, 1);
}

#[tokio::test]
async fn keys_are_forgotten_after_three_days_in_small_batches() {
    let shop = Shop::new().await;
    let mut connection = shop.products_connection().await;
    for (hours, keys) in [(73, 700), (71, 30)] {
        let insert = format!(
            "INSERT INTO submissions SELECT RANDOM_BYTES(16), RANDOM_BYTES(16), REPEAT('x', 32), '1', \
             UTC_TIMESTAMP(6) - INTERVAL {hours} HOUR FROM (WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL \
             SELECT i + 1 FROM n WHERE i < {keys}) SELECT i FROM n) AS numbers"
        );
        connection.batch_execute(&insert).await.unwrap();
    }
    let mut batches = vec![];
    while let Ok(forgotten @ 1..) = db::forget_expired(&mut connection).await {
        batches.push(forgotten);
    }
    assert_eq!(batches, [500, 200]);
}
