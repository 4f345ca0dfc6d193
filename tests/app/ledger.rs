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

/// A line for each account, second factor, passkey, setting, deed of the log, link, invitation, product, category and word.
pub async fn of(shop: &Shop) -> Vec<String> {
    let accounts = "SELECT CONCAT_WS('|', HEX(id), email, role, IFNULL(disabled_at, '-')) AS line FROM accounts ORDER BY id";
    let factors =
        "SELECT CONCAT_WS('|', HEX(account_id), HEX(secret), last_step) AS line FROM factors ORDER BY 1";
    let codes =
        "SELECT CONCAT_WS('|', HEX(account_id), HEX(code), used_at) AS line FROM recovery_codes ORDER BY 1";
    let passkeys = "SELECT CONCAT_WS('|', HEX(id), HEX(account_id), name) AS line FROM passkeys ORDER BY 1";
    let settings = "SELECT CONCAT_WS('|', name, HEX(value)) AS line FROM settings ORDER BY 1";
    let products = "SELECT CONCAT_WS('|', HEX(id), name, code, units, category, version, \
                    IFNULL(deleted_at, '-')) AS line FROM products ORDER BY id";
    let categories = "SELECT CONCAT_WS('|', name, products) AS line FROM categories ORDER BY name";
    let words = "SELECT CONCAT_WS('|', word, HEX(product_id)) AS line FROM product_words ORDER BY 1";
    let mut lines = vec![];
    let mut users = shop.users_connection().await;
    // What administrators did: ends of sign-ins of people who have none leave only this behind.
    let deeds = "SELECT CONCAT_WS('|', HEX(id), event) AS line FROM security_log \
                 WHERE event NOT IN ('signed-in', 'signed-out', 'refused', 'sign-in-failed', 'proof-failed') ORDER BY id";
    let links = "SELECT CONCAT_WS('|', HEX(id), IFNULL(used_at, '-')) AS line FROM links ORDER BY id";
    let invitations = "SELECT CONCAT_WS('|', HEX(id), IFNULL(revoked_at, '-'), IFNULL(accepted_at, '-')) \
                       AS line FROM invitations ORDER BY id";
    for query in [accounts, factors, codes, passkeys, settings, deeds, links, invitations] {
        let found: Vec<Line> = diesel::sql_query(query).load(&mut users).await.unwrap();
        lines.extend(found);
    }
    let mut connection = shop.products_connection().await;
    for query in [products, categories, words] {
        let found: Vec<Line> = diesel::sql_query(query).load(&mut connection).await.unwrap();
        lines.extend(found);
    }
    lines.into_iter().map(|line| line.line).collect()
}
