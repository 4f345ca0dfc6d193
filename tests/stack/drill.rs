//! A short drill, and that nothing of it is left.

use bodega::db;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use url::Url;

use crate::process::said;
use crate::stack::{Stack, stack};

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

async fn count(stack: &Stack, setting: &str, query: &str) -> i64 {
    let url = Url::parse(&stack.setting(setting)).expect("a URL");
    let mut connection = db::connect(&url).await.expect("the database answers");
    diesel::sql_query(query).get_result::<Count>(&mut connection).await.expect("a count").count
}

#[tokio::test]
async fn a_short_drill_finds_nothing_wrong_and_leaves_nothing_behind() {
    let stack = stack().await;
    let mut drill = stack.command(env!("CARGO_BIN_EXE_bodega-drill"));
    let table = said(drill.args([
        "--only",
        "kill,flush,rolling",
        "--seconds",
        "3",
        "--readers",
        "3",
        "--writers",
        "2",
    ]));
    assert_eq!(table.matches(" | kill ").count() + table.matches("| kill ").count(), 7, "{table}");
    let (users, products) = ("BODEGA_USERS_DATABASE_URL", "BODEGA_PRODUCTS_DATABASE_URL");
    let left = [
        count(&stack, users, "SELECT COUNT(*) AS count FROM accounts WHERE email LIKE '%drill%'").await,
        count(
            &stack,
            users,
            "SELECT COUNT(*) AS count FROM sign_ins WHERE account_id NOT IN (SELECT id FROM accounts)",
        )
        .await,
        count(&stack, products, "SELECT COUNT(*) AS count FROM products WHERE code LIKE 'SIM-%'").await,
        count(&stack, products, "SELECT COUNT(*) AS count FROM categories WHERE name LIKE '%drill%'").await,
        count(
            &stack,
            products,
            "SELECT COUNT(*) AS count FROM product_words WHERE product_id NOT IN (SELECT id FROM products)",
        )
        .await,
    ];
    assert_eq!(left, [0; 5]);
}
