//! How MySQL carries out the list: by the index of the order, never by reading or sorting the table.

use bodega::db::Connection;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::stock;
use crate::support::{Server, Shop, shared_redis};

const PRODUCTS: u32 = 6000;

#[derive(QueryableByName)]
struct Logged {
    #[diesel(sql_type = Text)]
    statement: String,
}

/// A line of EXPLAIN.
#[derive(QueryableByName, Debug)]
struct Step {
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "Extra")]
    extra: Option<String>,
}

/// The statement that fetched the rows of the page, as the server's log has it.
async fn last_statement(connection: &mut Connection) -> String {
    let query = "SELECT CONVERT(argument USING utf8mb4) AS statement FROM mysql.general_log \
                 WHERE command_type = 'Execute' AND argument LIKE '%SELECT%p.id,%' \
                 AND argument NOT LIKE '%general_log%' ORDER BY event_time DESC LIMIT 1";
    without_limit(&diesel::sql_query(query).get_result::<Logged>(connection).await.unwrap().statement)
}

/// A statement without the time that it may take, with which MariaDB explains nothing.
fn without_limit(statement: &str) -> String {
    statement.find("SELECT").map(|start| statement[start..].to_owned()).expect("a query")
}

/// Rows and index entries that the server reads for a statement.
async fn rows_read(statement: &str, connection: &mut Connection) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = Text, column_name = "Value")]
        count: String,
    }
    #[derive(QueryableByName)]
    struct Any {
        #[diesel(sql_type = BigInt)]
        #[allow(dead_code)]
        units: i64,
    }
    connection.batch_execute("FLUSH STATUS").await.unwrap();
    let counted = format!("SELECT CAST(1 AS SIGNED) AS units FROM ({statement}) AS rows_of_page");
    diesel::sql_query(counted).load::<Any>(connection).await.unwrap();
    let counts = diesel::sql_query("SHOW SESSION STATUS LIKE 'Handler_read%'");
    let counts: Vec<Count> = counts.load(connection).await.unwrap();
    counts.iter().map(|count| count.count.parse::<i64>().unwrap()).sum()
}

#[tokio::test]
async fn every_page_of_the_list_is_read_from_the_index_of_its_order() {
    let server = Server::mysql();
    let shop = Shop::on(&server.address(), &shared_redis()).await;
    stock::fill(&shop, PRODUCTS).await;
    let mut browser = shop.replica().await.person("Ana").await;
    let mut connection = shop.products_connection().await;
    let log = "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1";
    connection.batch_execute(log).await.unwrap();
    // MySQL explains in a tree unless told otherwise; MariaDB knows tables only, and not the variable.
    let _ = connection.batch_execute("SET explain_format = 'TRADITIONAL'").await;
    // Path, index, rows that may be read for it: what is skipped, and a few for each row that is shown.
    let few = 200;
    let mut cases = vec![
        ("?q=producto".to_owned(), "products_by_name", few),
        ("?q=par&sort=units&dir=desc".into(), "products_by_units", few),
        ("?category=Categoria+3".into(), "products_by_category", 2000),
        ("?page=240".into(), "products_by_name", few),
        ("?page=120".into(), "products_by_name", i64::from(PRODUCTS / 2) + few),
        ("?q=numero0000042".into(), "PRIMARY", few),
    ];
    for sort in ["name", "code", "units", "category", "updated"] {
        for dir in ["asc", "desc"] {
            let index = format!("products_by_{sort}").leak();
            cases.push((format!("?sort={sort}&dir={dir}"), index, few));
        }
    }
    for (query, index, most) in cases {
        browser.get(&format!("/products{query}")).await.assert_status(200);
        let statement = last_statement(&mut connection).await;
        let explain = diesel::sql_query(format!("EXPLAIN {statement}"));
        let steps: Vec<Step> = explain.load(&mut connection).await.unwrap();
        let products = steps.iter().find(|step| step.key.as_deref() == Some(index));
        let products = products.unwrap_or_else(|| panic!("{query} without {index}: {steps:#?}\n{statement}"));
        let extra = products.extra.as_deref().unwrap_or("");
        assert!(!extra.contains("filesort") || index == "PRIMARY", "{query}: {products:?}");
        let read = rows_read(&statement, &mut connection).await;
        assert!(read <= most, "{query}: {read} read, at most {most} expected: {steps:#?}");
    }
}

#[tokio::test]
async fn the_first_page_reads_as_little_however_much_is_out_of_stock() {
    let server = Server::mysql();
    let shop = Shop::on(&server.address(), &shared_redis()).await;
    stock::fill(&shop, PRODUCTS).await;
    let mut browser = shop.replica().await.person("Ana").await;
    let mut connection = shop.products_connection().await;
    connection.batch_execute("UPDATE products SET units = 0").await.unwrap();
    let log = "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1";
    connection.batch_execute(log).await.unwrap();
    let page = browser.get("/").await;
    assert_eq!(page.texts("dl.counts dd"), ["6000", "10", "+1000"]);
    let query = "SELECT CONVERT(argument USING utf8mb4) AS statement FROM mysql.general_log \
                 WHERE command_type = 'Execute' AND argument LIKE '%FROM products%' \
                 AND argument NOT LIKE '%general_log%'";
    let statements: Vec<Logged> = diesel::sql_query(query).load(&mut connection).await.unwrap();
    assert_eq!(statements.len(), 3, "the count, and two short lists");
    for Logged { statement } in statements {
        let statement = without_limit(&statement);
        let read = rows_read(&statement, &mut connection).await;
        assert!(read <= 2100, "{read} read: {statement}");
    }
}
