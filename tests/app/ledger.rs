//! What is stored, to tell whether something has changed.

use bodega::db::Connection;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

use crate::support::Shop;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// A line for each account, second factor, passkey, setting, deed of the log, link, invitation, product, category, word and job.
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
    let jobs = "SELECT CONCAT_WS('|', HEX(id), kind, IFNULL(ended_at, '-')) AS line FROM jobs ORDER BY id";
    let mut lines = vec![];
    let mut users = shop.users_connection().await;
    // What administrators did: ends of sign-ins of people who have none leave only this behind.
    let deeds = "SELECT CONCAT_WS('|', HEX(id), event) AS line FROM security_log \
                 WHERE event NOT IN ('signed-in', 'signed-out', 'refused', 'sign-in-failed', 'proof-failed') ORDER BY id";
    let links = "SELECT CONCAT_WS('|', HEX(id), IFNULL(used_at, '-')) AS line FROM links ORDER BY id";
    let invitations = "SELECT CONCAT_WS('|', HEX(id), IFNULL(revoked_at, '-'), IFNULL(accepted_at, '-')) \
                       AS line FROM invitations ORDER BY id";
    for query in [accounts, factors, codes, passkeys, settings, deeds, links, invitations, jobs] {
        let found: Vec<Line> = diesel::sql_query(query).load(&mut users).await.unwrap();
        lines.extend(found);
    }
    let mut connection = shop.products_connection().await;
    for query in [products, categories, words, jobs] {
        let found: Vec<Line> = diesel::sql_query(query).load(&mut connection).await.unwrap();
        lines.extend(found);
    }
    lines.into_iter().map(|line| line.line).collect()
}

/// How many accounts, invitations, products and rows of somebody who does not exist have in them what only
/// fields of other forms could have brought.
pub async fn strays(shop: &Shop) -> [i64; 4] {
    let accounts = "SELECT COUNT(*) AS count FROM accounts WHERE role = 'manager' OR email LIKE 'stray%' \
                    OR first_name = 'Stray' OR password_hash = 'stray' OR id = REPEAT('\0', 16) \
                    OR LEAST(created_at, updated_at, IFNULL(disabled_at, created_at)) < '2002-01-01'";
    let invitations = "SELECT COUNT(*) AS count FROM invitations WHERE role = 'manager' OR email LIKE 'stray%' \
                       OR invited_by_name = 'Stray' OR LEAST(created_at, expires_at) < '2002-01-01'";
    let products = "SELECT COUNT(*) AS count FROM products WHERE updated_by_name = 'Stray' OR version > 70 \
                    OR id = REPEAT('\0', 16) \
                    OR LEAST(created_at, updated_at, IFNULL(deleted_at, created_at)) < '2002-01-01'";
    let nobodys = "SELECT COUNT(*) AS count FROM (SELECT account_id FROM sign_ins UNION ALL \
                   SELECT account_id FROM factors UNION ALL SELECT account_id FROM passkeys UNION ALL \
                   SELECT account_id FROM links) AS owned WHERE account_id NOT IN (SELECT id FROM accounts)";
    let (mut users, mut stock) = (shop.users_connection().await, shop.products_connection().await);
    [
        count(accounts, &mut users).await,
        count(invitations, &mut users).await,
        count(products, &mut stock).await,
        count(nobodys, &mut users).await,
    ]
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

async fn count(query: &str, connection: &mut Connection) -> i64 {
    diesel::sql_query(query).get_result::<Count>(connection).await.unwrap().count
}
