//! The row of a category.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::db::products_schema::categories;
use crate::db::{Connection, RawQuery};

/// More do not fit a menu.
const MOST: i64 = 500;

/// A category with the number of its products that are not deleted.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Category {
    pub name: String,
    #[diesel(deserialize_as = u32)]
    pub products: u64,
}

/// The categories that have products, by name; at most 500.
pub async fn load(connection: &mut Connection) -> QueryResult<Vec<Category>> {
    categories::table
        .filter(categories::products.gt(0))
        .order(categories::name)
        .limit(MOST)
        .load(connection)
        .await
}

/// All products that are not deleted; `known` are the categories as loaded.
pub async fn total(known: &[Category], connection: &mut Connection) -> QueryResult<u64> {
    if i64::try_from(known.len()).is_ok_and(|categories| categories < MOST) {
        return Ok(known.iter().map(|category| category.products).sum());
    }
    #[derive(QueryableByName)]
    struct Sum {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        sum: i64,
    }
    let sum = RawQuery::select("CAST(COALESCE(SUM(products), 0) AS SIGNED) AS sum FROM categories");
    let sum: Sum = sum.get_result(connection).await?;
    Ok(u64::try_from(sum.sum).unwrap_or(0))
}

/// The same for one category.
pub async fn size(name: &str, known: &[Category], connection: &mut Connection) -> QueryResult<u64> {
    if let Some(category) = known.iter().find(|category| category.name == name) {
        return Ok(category.products);
    }
    let size: Option<u32> =
        categories::table.find(name).select(categories::products).first(connection).await.optional()?;
    Ok(size.map_or(0, u64::from))
}

/// A category as first spelled, whatever the case and accents of `name`. A new one is stored and locked, so that of two
/// people who use it first at once, one waits for the other.
pub async fn spelling(name: &str, connection: &mut Connection) -> QueryResult<String> {
    let spelling = categories::table.find(name).select(categories::name);
    if let Some(known) = spelling.first(connection).await.optional()? {
        return Ok(known);
    }
    let new =
        "INSERT INTO categories (name, products) VALUES (?, 0) ON DUPLICATE KEY UPDATE products = products";
    diesel::sql_query(new).bind::<Text, _>(name).execute(connection).await?;
    // Not from the snapshot, which lacks the other's row.
    spelling.for_update().first(connection).await
}

/// Counts one product more, in a category that may be new.
pub async fn add(name: &str, connection: &mut Connection) -> QueryResult<()> {
    let upsert = "INSERT INTO categories (name, products) VALUES (?, 1) ON DUPLICATE KEY UPDATE products = products + 1";
    diesel::sql_query(upsert).bind::<Text, _>(name).execute(connection).await.map(|_| ())
}

/// Counts one product less.
pub async fn remove(name: &str, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(categories::table.find(name))
        .set(categories::products.eq(categories::products - 1))
        .execute(connection)
        .await
        .map(|_| ())
}
