//! Pages read in the order of an index: without a search, and for searches of frequent words.

use diesel::QueryResult;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::{Filter, Page, ProductRow, Query, Sort};
use crate::db::{Connection, RawQuery};
use crate::products::category;
use crate::web::Filters;

/// Beyond this offset, a page is read in one snapshot with its total, from the nearer end.
pub const DEEP: u64 = 2500;
/// With so few hits, deep pages of a search are not looked for in the order's index.
const SPARSE: u64 = 2000;
pub const COLUMNS: &str = "p.id, p.name, p.code, p.units, p.category, p.updated_at";

/// A page without a search; its total is the sum of the categories' counters.
pub async fn load(query: &Query, connection: &mut Connection) -> QueryResult<Page> {
    if query.page.saturating_mul(Filter::PER_PAGE) <= DEEP {
        return load_now(query, connection).await;
    }
    // Reading from the end needs the total of the same moment.
    connection.transaction(async |connection| load_now(query, connection).await).await
}

async fn load_now(query: &Query, connection: &mut Connection) -> QueryResult<Page> {
    let categories = category::load(connection).await?;
    let total = match query.filters.category.as_str() {
        "" => category::total(&categories, connection).await?,
        name => category::size(name, &categories, connection).await?,
    };
    read(Page::empty(query, total, categories), &[], connection).await
}

/// Reads the rows of a page from the nearer end of the order. On the last page of a search it looks for one row more
/// than the total says.
pub async fn read(mut page: Page, words: &[String], connection: &mut Connection) -> QueryResult<Page> {
    let (query, total, (skip, take)) = (&page.listing.query, page.listing.total, page.listing.range());
    let of_category = !query.filters.category.is_empty();
    let from_end = skip > DEEP && skip > total / 2;
    let (skip, descending) = match from_end {
        true => (total - skip - take, !query.descending),
        false => (skip, query.descending),
    };
    // Hits so sparse that reading the index would look up most products one by one.
    let sparse = !words.is_empty() && !of_category && total <= SPARSE && 5 * (skip + take) > total;
    let one_more = u64::from(!words.is_empty() && !from_end && skip + take == total);
    let access = match sparse {
        true => "USE INDEX ()".to_owned(),
        false => format!("FORCE INDEX ({})", Sort::of(query).index(of_category)),
    };
    let mut rows = rows(query, &access, words, descending, (skip, take + one_more), connection).await?;
    if from_end {
        rows.reverse();
    }
    page.listing.rows = rows;
    Ok(page)
}

/// Finds the keys of a page, then fetches its rows.
async fn rows(
    query: &Query,
    access: &str,
    words: &[String],
    descending: bool,
    (skip, take): (u64, u64),
    connection: &mut Connection,
) -> QueryResult<Vec<ProductRow>> {
    let select = match words.is_empty() && skip <= DEEP {
        true => RawQuery::select,
        false => RawQuery::limited_select,
    };
    let sort = Sort::of(query);
    let keys =
        select(format!("{COLUMNS} FROM (SELECT products.id FROM products {access} WHERE deleted_at IS NULL"));
    narrow(keys, "products", &query.filters.category, words.iter())
        .sql(format!(" ORDER BY {} LIMIT ", sort.order_by("products", descending)))
        .number(take)
        .sql(" OFFSET ")
        .number(skip)
        .sql(") AS page JOIN products AS p ON p.id = page.id ORDER BY ")
        .sql(sort.order_by("p", descending))
        .load(connection)
        .await
}

/// Adds the conditions of category and words.
pub fn narrow<'a>(
    mut sql: RawQuery,
    table: &str,
    category: &str,
    words: impl Iterator<Item = &'a String>,
) -> RawQuery {
    if !category.is_empty() {
        sql = sql.sql(format!(" AND {table}.category = ")).text(category);
    }
    for word in words {
        // Words are letters and digits: nothing in them means anything to LIKE. Both sides are folded, so
        // bytes will do, which MySQL compares five times as fast as characters.
        sql = sql.sql(format!(" AND CAST({table}.words AS BINARY) LIKE ")).text(format!("% {word}%"));
    }
    sql
}
