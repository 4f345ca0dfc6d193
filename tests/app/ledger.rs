//! What is stored, to tell whether something has changed.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::support::Shop;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// A line for each account, product, category and word.
pub async fn of(shop: &Shop) -> Vec<String> {
    let accounts = "SELECT CONCAT_WS('|', HEX(id), email, role) AS line FROM accounts ORDER BY id";
    let products = "SELECT CONCAT_WS('|', HEX(id), name, code, units, category, version, \
                    IFNULL(deleted_at, '-')) AS line FROM products ORDER BY id";
    let categories = "SELECT CONCAT_WS('|', name, products) AS line FROM categories ORDER BY name";
    let words = "SELECT CONCAT_WS('|', word, HEX(product_id)) AS line FROM product_words ORDER BY 1";
    let mut lines = vec![];
    let mut users = shop.users_connection().await;
    let found: Vec<Line> = diesel::sql_query(accounts).load(&mut users).await.unwrap();
    lines.extend(found);
    let mut connection = shop.products_connection().await;
    for query in [products, categories, words] {
        let found: Vec<Line> = diesel::sql_query(query).load(&mut connection).await.unwrap();
        lines.extend(found);
    }
    lines.into_iter().map(|line| line.line).collect()
}
