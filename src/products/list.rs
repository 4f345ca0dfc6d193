//! The list's queries: right and fast at a hundred thousand products and beyond.
//!
//! Without a search, a page is read from the index of its order, from whichever end is nearer. A search
//! starts from its rarest word if that one is rare; if all its words are frequent, a page's worth of hits
//! is found soon by walking through the order and looking at each product. MySQL's optimizer does not
//! know which of the two it is, so each query names its index. `docs/SEARCH.md` has the plans.

use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::listing::{Listing, Query, Row, Sort};
use super::{Totals, category, word_index};
use crate::db::{Connection, Database};
use crate::error::Result;

/// A word with at most so many entries in the index is rare: its products are looked at one by one.
/// Also the size up to which a category is read whole.
const RARE: u64 = 2000;
/// From this offset on, a page is read in one snapshot with the total, and from the nearer end.
const DEEP: u64 = 2500;
/// More words do not make a search better.
const WORDS: usize = 10;
const COLUMNS: &str = "p.id, p.name, p.code, p.units, p.category, p.updated_at";

type Boxed = BoxedSqlQuery<'static, Mysql, SqlQuery>;

/// The words of a search: each the beginning of a word that a product must have.
pub fn search_words(q: &str) -> Vec<String> {
    let mut words: Vec<String> =
        crate::text::words(q).take(WORDS).map(|word| word_index::cut(&word)).collect();
    words.sort();
    words.dedup();
    // Who has "cafetera" has "caf" too.
    let longer = |word: &str| words.iter().any(|other| other.len() > word.len() && other.starts_with(word));
    words.iter().filter(|word| !longer(word)).cloned().collect()
}

/// One page of the list.
///
/// # Errors
///
/// As [`Database::run`].
pub async fn load(query: &Query, database: &Database, totals: &Totals) -> Result<Listing> {
    let words = search_words(&query.q);
    if words.is_empty() {
        return database.run(async |connection| browse(query, connection).await).await;
    }
    let rarest = database.run(async |connection| rarest(&words, connection).await).await?;
    if let Some(rare) = rarest {
        return database.run(async |connection| search_rare(query, &words, &rare, connection).await).await;
    }
    let (for_count, category, counter) = (words.clone(), query.category.clone(), database.clone());
    let count = move || async move {
        counter.run(async |connection| count_frequent(&for_count, &category, connection).await).await
    };
    let total = totals.get(&format!("{} / {}", words.join(" "), query.category), count).await?;
    database.run(async |connection| search_frequent(query, &words, total, connection).await).await
}

impl Sort {
    /// The index that has this order, and its columns up to the key.
    fn order(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Name => ("products_by_name", &["name", "id"]),
            Self::Code => ("products_by_code", &["code_key", "id"]),
            Self::Units => ("products_by_units", &["units", "id"]),
            Self::Category => ("products_by_category", &["category", "name", "id"]),
            Self::Updated => ("products_by_updated", &["updated_at", "id"]),
        }
    }

    fn order_by(self, table: &str, descending: bool) -> String {
        let direction = if descending { " DESC" } else { "" };
        let columns: Vec<String> =
            self.order().1.iter().map(|column| format!("{table}.{column}{direction}")).collect();
        columns.join(", ")
    }
}

/// Without a search: the total is the sum of the categories' counters.
async fn browse(query: &Query, connection: &mut Connection) -> QueryResult<Listing> {
    if query.page.saturating_mul(Listing::PER_PAGE) <= DEEP {
        return browse_now(query, connection).await;
    }
    // Read from the end, a page is right only with the total of the same moment.
    connection.transaction(async |connection| browse_now(query, connection).await).await
}

async fn browse_now(query: &Query, connection: &mut Connection) -> QueryResult<Listing> {
    let categories = category::load(connection).await?;
    let total = match query.category.as_str() {
        "" => category::total(connection).await?,
        name => category::size(name, connection).await?,
    };
    let listing = Listing::empty(query, total, categories);
    let (skip, take) = listing.range();
    let from_end = skip > DEEP && skip > total / 2;
    let (skip, descending) = match from_end {
        true => (total - skip - take, !query.descending),
        false => (skip, query.descending),
    };
    // A small category is read whole; a large one is met often enough in any order.
    let small = !query.category.is_empty() && total <= RARE;
    let index = if small { Sort::Category.order().0 } else { query.sort.order().0 };
    let mut rows = page(query, index, &[], descending, (skip, take), connection).await?;
    if from_end {
        rows.reverse();
    }
    Ok(Listing { rows, ..listing })
}

/// Walks through an index to a page, then fetches its rows.
async fn page(
    query: &Query,
    index: &str,
    words: &[String],
    descending: bool,
    (skip, take): (u64, u64),
    connection: &mut Connection,
) -> QueryResult<Vec<Row>> {
    let order = query.sort.order_by("products", descending);
    let mut statement = sql(format!(
        "SELECT {COLUMNS} FROM (SELECT products.id FROM products FORCE INDEX ({index}) WHERE deleted_at IS NULL"
    ));
    statement = narrow(statement, "products", query, words.iter());
    statement = statement
        .sql(format!(
            " ORDER BY {order} LIMIT ? OFFSET ?) AS page JOIN products AS p ON p.id = page.id ORDER BY "
        ))
        .bind::<BigInt, _>(signed(take))
        .bind::<BigInt, _>(signed(skip))
        .sql(query.sort.order_by("p", descending));
    statement.load(connection).await
}

fn sql(text: String) -> Boxed {
    diesel::sql_query(text).into_boxed()
}

/// Adds the conditions of category and words.
fn narrow<'a>(
    mut statement: Boxed,
    table: &str,
    query: &Query,
    words: impl Iterator<Item = &'a String>,
) -> Boxed {
    if !query.category.is_empty() {
        statement =
            statement.sql(format!(" AND {table}.category = ?")).bind::<Text, _>(query.category.clone());
    }
    for word in words {
        // Words are letters and digits: nothing in them means anything to LIKE.
        statement = statement.sql(format!(" AND {table}.words LIKE ?")).bind::<Text, _>(format!("% {word}%"));
    }
    statement
}

/// The rarest word, if it is rare.
async fn rarest(words: &[String], connection: &mut Connection) -> QueryResult<Option<String>> {
    #[derive(diesel::QueryableByName)]
    struct Entries {
        #[diesel(sql_type = BigInt)]
        entries: i64,
    }
    let mut statement = sql(String::new());
    for (position, word) in words.iter().enumerate() {
        let union = if position > 0 { " UNION ALL " } else { "" };
        statement = statement
            .sql(format!(
                "{union}SELECT COUNT(*) AS entries FROM (SELECT 1 AS one FROM product_words WHERE word LIKE ? LIMIT {}) AS w{position}",
                RARE + 1
            ))
            .bind::<Text, _>(format!("{word}%"));
    }
    let entries: Vec<Entries> = statement.load(connection).await?;
    let rarest = words.iter().zip(entries).min_by_key(|(_, entries)| entries.entries);
    Ok(rarest.filter(|(_, entries)| entries.entries <= signed(RARE)).map(|(word, _)| word.clone()))
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// From the rare word's products; few enough to count and sort at every view.
async fn search_rare(
    query: &Query,
    words: &[String],
    rare: &str,
    connection: &mut Connection,
) -> QueryResult<Listing> {
    let hits = |columns: &str| {
        let statement = sql(format!(
            "SELECT {columns} FROM (SELECT DISTINCT product_id FROM product_words WHERE word LIKE ?) AS hit \
             STRAIGHT_JOIN products AS p ON p.id = hit.product_id WHERE p.deleted_at IS NULL"
        ));
        let statement = statement.bind::<Text, _>(format!("{rare}%"));
        narrow(statement, "p", query, words.iter().filter(|word| *word != rare))
    };
    let counted: Counted = hits("COUNT(*) AS total").get_result(connection).await?;
    let total = u64::try_from(counted.total).unwrap_or(0);
    let listing = Listing::empty(query, total, category::load(connection).await?);
    let (skip, take) = listing.range();
    let rows = hits(COLUMNS)
        .sql(format!(" ORDER BY {} LIMIT ? OFFSET ?", query.sort.order_by("p", query.descending)))
        .bind::<BigInt, _>(signed(take))
        .bind::<BigInt, _>(signed(skip))
        .load(connection)
        .await?;
    Ok(Listing { rows, ..listing })
}

async fn search_frequent(
    query: &Query,
    words: &[String],
    total: u64,
    connection: &mut Connection,
) -> QueryResult<Listing> {
    let listing = Listing::empty(query, total, category::load(connection).await?);
    let (skip, take) = listing.range();
    let index = query.sort.order().0;
    let rows = page(query, index, words, query.descending, (skip, take), connection).await?;
    Ok(Listing { rows, ..listing })
}

/// Counts what [`Totals`] remembers.
async fn count_frequent(words: &[String], category: &str, connection: &mut Connection) -> QueryResult<u64> {
    let statement = match words {
        [word] if category.is_empty() => {
            sql("SELECT COUNT(DISTINCT product_id) AS total FROM product_words WHERE word LIKE ?".into())
                .bind::<Text, _>(format!("{word}%"))
        }
        _ => {
            let all = sql("SELECT COUNT(*) AS total FROM products WHERE deleted_at IS NULL".into());
            let query = Query { category: category.to_owned(), ..Query::default() };
            narrow(all, "products", &query, words.iter())
        }
    };
    let counted: Counted = statement.get_result(connection).await?;
    Ok(u64::try_from(counted.total).unwrap_or(0))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::search_words;

    #[test]
    fn a_search_is_its_words_without_those_that_others_begin_with() {
        assert_eq!(search_words("Café  caf CAFETERA"), ["cafetera"]);
        assert_eq!(search_words("uno, dos uno"), ["dos", "uno"]);
        assert_eq!(search_words(" %_'\"\\ \0 "), Vec::<String>::new());
        assert_eq!(search_words(&"a1 b2 c3 d4 ".repeat(100)).len(), 4);
    }
}
