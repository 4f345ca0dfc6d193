//! Searches with more hits than are counted each time.

use std::collections::BTreeSet;

use bodega::db::Connection;
use bodega::web::{Language, Message};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::stock;
use crate::support::{Browser, Htmx, Server, Shop, shared_redis};

/// The codes of every page, from the first to the last.
async fn walk(list: &str, browser: &mut Browser) -> Vec<String> {
    let (mut codes, mut page) = (vec![], 1);
    loop {
        let answer = browser.get(&format!("{list}&page={page}")).await;
        codes.extend(answer.texts("#product-table tbody td:nth-of-type(1)"));
        if !answer.has("#page-next") {
            return codes;
        }
        page += 1;
    }
}

/// Has only these products, of those that there were in the beginning.
async fn keep(condition: &str, connection: &mut Connection) {
    let change = format!(
        "UPDATE products SET deleted_at = IF({condition}, NULL, NOW(6)); \
         DELETE words FROM product_words AS words JOIN products ON id = product_id WHERE deleted_at IS NOT NULL; \
         INSERT IGNORE INTO product_words \
         SELECT word, product_id FROM all_words JOIN products ON id = product_id WHERE deleted_at IS NULL"
    );
    connection.batch_execute(&change).await.unwrap();
}

/// The total of such a search may be one that was counted a while ago.
#[tokio::test]
async fn pages_of_a_search_agree_also_after_products_came_and_went() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 6010).await;
    let mut connection = shop.products_connection().await;
    let all = "CREATE TABLE all_words AS SELECT * FROM product_words WHERE word = 'producto'";
    connection.batch_execute(all).await.unwrap();
    for (condition, products, order) in [
        ("code < 'C-0005971'", 5970, "sort=code"),
        ("TRUE", 6010, "sort=code"),
        ("code > 'C-0002999'", 3011, "sort=units&dir=desc"),
        ("code < 'C-0006005'", 6004, "sort=units"),
    ] {
        ana.get("/products?q=producto").await.assert_status(200);
        keep(condition, &mut connection).await;
        let codes = walk(&format!("/products?q=producto&{order}"), &mut ana).await;
        let once: BTreeSet<_> = codes.iter().collect();
        assert_eq!((codes.len(), once.len()), (products, products), "{condition}");
    }
}

/// What comes and goes behind a page does not move it.
#[tokio::test]
async fn a_product_that_stays_is_on_one_page_while_others_behind_it_come_and_go() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 3600).await;
    let mut connection = shop.products_connection().await;
    let all = "CREATE TABLE all_words AS SELECT * FROM product_words WHERE word = 'producto'";
    connection.batch_execute(all).await.unwrap();
    let mut seen = BTreeSet::new();
    for page in 1..=140 {
        if page > 90 {
            keep(&format!("code < 'C-0003{}00'", 5 + page % 2), &mut connection).await;
        }
        let answer = ana.get(&format!("/products?q=producto&sort=code&page={page}")).await;
        for code in answer.texts("#product-table tbody td:nth-of-type(1)") {
            assert!(seen.insert(code.clone()), "{code} twice, on page {page}");
        }
    }
    assert!((3499..=3500).contains(&seen.len()), "{}", seen.len());
}

#[tokio::test]
async fn however_searches_vary_few_statements_stay_prepared() {
    #[derive(diesel::QueryableByName)]
    struct Status {
        #[diesel(sql_type = diesel::sql_types::Text, column_name = "Value")]
        value: String,
    }
    let server = Server::mysql();
    let shop = Shop::on(&server.address(), &shared_redis()).await;
    let replica = shop.replica_with(&["--database-connections", "1"]).await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 2100).await;
    // So many words of which one is rare, and so many that are all frequent.
    let rare: Vec<String> = (0..10).map(|number| format!("numero000000{number}")).collect();
    let frequent = ["producto", "categoria", "numero", "c0", "0"].map(str::to_owned);
    let searches = (1..=10).map(|count| rare[..count].join("+"));
    let searches = searches.chain((1..=5).map(|count| frequent[..count].join("+")));
    for q in searches {
        for sort in ["name", "code", "units", "category", "updated"] {
            for rest in ["", "&dir=desc", "&category=Categoria+3", "&category=Categoria+3&dir=desc"] {
                ana.get(&format!("/products?q={q}&sort={sort}{rest}")).await.assert_status(200);
            }
        }
    }
    let mut connection = shop.products_connection().await;
    let prepared = diesel::sql_query("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'");
    let prepared: Status = prepared.get_result(&mut connection).await.unwrap();
    let prepared: u32 = prepared.value.parse().unwrap();
    // One connection to each database.
    assert!(prepared <= 2 * 130, "{prepared} for 300 searches");
    assert!(prepared > 20, "{prepared}: those that are asked again and again stay");
}

/// Answers of HAProxy's list, such as 503, would send the search to the next replica, and the next.
#[tokio::test]
async fn a_search_that_takes_too_long_is_ended_and_not_repeated() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 600).await;
    let mut connection = shop.products_connection().await;
    // Each entry of the index takes ten milliseconds.
    let slow = "RENAME TABLE product_words TO words; CREATE VIEW product_words AS \
                SELECT word, product_id FROM words WHERE SLEEP(0.01) = 0";
    connection.batch_execute(slow).await.unwrap();

    let page = ana.get("/products?q=producto&category=Categoria+3").await;
    page.assert_page(422, Language::Spanish);
    assert!(
        page.text_of("#product-total")
            .starts_with(&Message::new("products-too-much-title").text(Language::Spanish))
    );
    assert_eq!(page.attribute("#filter-q", "value"), "producto");
    assert_eq!(page.attributes("#filter-category option[selected]", "value"), ["Categoria 3"]);
    let part = ana.htmx(Htmx::Partial).get("/products?q=producto").await;
    part.assert_status(422);
    assert!(part.text().starts_with("<section id=\"product-list\""), "{}", part.text());
    let still = "SELECT CAST(COUNT(*) AS CHAR) AS count FROM information_schema.processlist \
                 WHERE db = DATABASE() AND info LIKE '%FROM product_words%' AND id <> CONNECTION_ID()";
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::Text)]
        count: String,
    }
    let still: Count = diesel::sql_query(still).get_result(&mut connection).await.unwrap();
    assert_eq!(still.count, "0", "the database works on");

    ana.htmx(Htmx::No).get("/products?q=numero0000042").await.assert_page(200, Language::Spanish);
    ana.get("/products").await.assert_page(200, Language::Spanish);
}
