//! What the databases hold of a drill: read, counted, and in the end removed.

use crate::ledger::{Row, State, Verdict};
use crate::stack::{Schema, Stack};
use crate::{CATEGORY, DOMAIN, Failure};

/// Every product of the drill's category.
pub async fn products(stack: &Stack) -> Result<Vec<Row>, Failure> {
    let rows = format!(
        "SELECT code, version, units, deleted_at IS NOT NULL FROM products WHERE category = '{CATEGORY}' ORDER BY code;"
    );
    stack.sql(Schema::Products, &rows).await?.lines().map(row).collect()
}

fn row(line: &str) -> Result<Row, Failure> {
    let odd = || format!("not a product: {line}");
    let fields: Vec<&str> = line.split('\t').collect();
    let [code, version, units, deleted] = fields[..] else { return Err(odd().into()) };
    let number = |text: &str| text.parse().map_err(|_| odd());
    let state = State { version: number(version)?, units: number(units)?, deleted: deleted == "1" };
    Ok(Row { code: code.to_owned(), state })
}

/// Compares what is counted and indexed with the products themselves: half of a change is a lost one.
pub async fn compare_derived(stack: &Stack, verdict: &mut Verdict) -> Result<(), Failure> {
    let counts = format!(
        "SELECT COALESCE((SELECT products FROM categories WHERE name = '{CATEGORY}'), 0),
                (SELECT COUNT(*) FROM products WHERE category = '{CATEGORY}' AND deleted_at IS NULL);"
    );
    let said = stack.sql(Schema::Products, &counts).await?;
    let numbers: Vec<u64> = said.split('\t').filter_map(|number| number.parse().ok()).collect();
    let [counted, there] = numbers[..] else { return Err(format!("not two counts: {said}").into()) };
    verdict.lost += there.saturating_sub(counted);
    verdict.doubled += counted.saturating_sub(there);
    if counted != there {
        verdict.troubles.push(format!("the category counts {counted} products and has {there}"));
    }
    // The column begins every word with a space.
    let words = format!(
        // Through the index once: it has no way from a product to its words.
        "SELECT p.code FROM products p LEFT JOIN
             (SELECT w.product_id, COUNT(*) AS words FROM product_words w STRAIGHT_JOIN products p
              ON p.id = w.product_id WHERE p.category = '{CATEGORY}' GROUP BY w.product_id) AS indexed
             ON indexed.product_id = p.id
         WHERE p.category = '{CATEGORY}' AND COALESCE(indexed.words, 0) <>
             IF(p.deleted_at IS NULL, CHAR_LENGTH(p.words) - CHAR_LENGTH(REPLACE(p.words, ' ', '')), 0);"
    );
    for code in stack.sql(Schema::Products, &words).await?.lines() {
        verdict.lost += 1;
        verdict.troubles.push(format!("{code} is not indexed as it should be"));
    }
    Ok(())
}

/// Lets the drill's people delete products, which those who register themselves may not. Their sessions
/// know it when they sign in again.
pub async fn promote(stack: &Stack) -> Result<(), Failure> {
    let promotion =
        format!("UPDATE accounts SET role = 'manager' WHERE role = 'clerk' AND email_key LIKE '%@{DOMAIN}';");
    stack.sql(Schema::Users, &promotion).await.map(|_| ())
}

/// Removes everything that a drill makes, also that of one that was cut off.
pub async fn remove(stack: &Stack) -> Result<(), Failure> {
    let accounts = format!("SELECT id FROM accounts WHERE email_key LIKE '%@{DOMAIN}'");
    let people = stack.sql(Schema::Users, &format!("SELECT HEX(id) FROM ({accounts}) a;")).await?;
    let people: Vec<String> = people.lines().map(|id| format!("UNHEX('{id}')")).collect();
    if !people.is_empty() {
        let submissions = format!("DELETE FROM submissions WHERE person IN ({});", people.join(", "));
        stack.sql(Schema::Products, &submissions).await?;
    }
    let products = format!(
        "DELETE w FROM product_words w STRAIGHT_JOIN products p ON p.id = w.product_id WHERE p.category = '{CATEGORY}';
         DELETE FROM products WHERE category = '{CATEGORY}';
         DELETE FROM categories WHERE name = '{CATEGORY}';"
    );
    stack.sql(Schema::Products, &products).await?;
    // The account of a registration has its submission's key. Who registers first is the administrator;
    // on an empty system that must not be somebody who is gone.
    let users = format!(
        "DELETE FROM submissions WHERE submission IN ({accounts});
         DELETE FROM sign_ins WHERE account_id IN ({accounts});
         DELETE FROM settings WHERE name = 'administrator' AND value IN ({accounts});
         DELETE FROM accounts WHERE email_key LIKE '%@{DOMAIN}';"
    );
    stack.sql(Schema::Users, &users).await.map(|_| ())
}
