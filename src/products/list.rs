//! The list's queries: right and fast at a hundred thousand products and beyond.
//!
//! Without a search, a page is read from the index of its order, from whichever end is nearer. A search
//! starts from its rarest word if that one is rare; if all its words are frequent, a page's worth of hits
//! is found soon by walking through the order and looking at each product. MySQL's optimizer does not
//! know which of the two it is, so each query names its index. `docs/SEARCH.md` has the plans.

use diesel::QueryResult;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::listing::{Listing, Query, Row, Sort};
use super::{Totals, category, word_index};
use crate::db::{Connection, Database, Statement};
use crate::error::Result;

/// A word with at most so many entries in the index is rare: its products are looked at one by one.
const RARE: u64 = 2000;
/// From this offset on, a page is read in one snapshot with its total, and from the nearer end.
const DEEP: u64 = 2500;
/// More words do not make a search better.
const WORDS: usize = 10;
const COLUMNS: &str = "p.id, p.name, p.code, p.units, p.category, p.updated_at";

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
/// As [`Database::run`]; [`crate::error::Error::TooSlow`] where a search covers too much.
pub async fn load(query: &Query, database: &Database, totals: &Totals) -> Result<Listing> {
    let words = search_words(&query.q);
    if words.is_empty() {
        return database.run(async |connection| browse(query, connection).await).await;
    }
    let search = format!("{} / {}", words.join(" "), query.category);
    // What has been counted lately has no rare word.
    if !totals.know(&search) {
        let rarest = database.run(async |connection| rarest(&words, connection).await).await?;
        if let Some(rare) = rarest {
            return database
                .run(async |connection| search_rare(query, &words, &rare, connection).await)
                .await;
        }
    }
    let (for_count, category, counter) = (words.clone(), query.category.clone(), database.clone());
    let count = move || async move {
        counter.run(async |connection| count_frequent(&for_count, &category, connection).await).await
    };
    let known = totals.get(&search, count).await?;
    let listing =
        database.run(async |connection| search_frequent(query, &words, known, connection).await).await?;
    if listing.total != known {
        totals.learn(&search, listing.total);
    }
    Ok(listing)
}

impl Sort {
    /// The columns of this order, up to the key.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["name", "id"],
            Self::Code => &["code_key", "id"],
            Self::Units => &["units", "id"],
            Self::Category => &["category", "name", "id"],
            Self::Updated => &["updated_at", "id"],
        }
    }

    /// The index that has this order: of all products, or of those of any one category.
    fn index(self, of_category: bool) -> &'static str {
        match (self, of_category) {
            (Self::Name, false) => "products_by_name",
            (Self::Code, false) => "products_by_code",
            (Self::Units, false) => "products_by_units",
            (Self::Updated, false) => "products_by_updated",
            (Self::Name, true) | (Self::Category, _) => "products_by_category",
            (Self::Code, true) => "products_by_category_code",
            (Self::Units, true) => "products_by_category_units",
            (Self::Updated, true) => "products_by_category_updated",
        }
    }

    fn order_by(self, table: &str, descending: bool) -> String {
        let direction = if descending { " DESC" } else { "" };
        let columns: Vec<String> =
            self.columns().iter().map(|column| format!("{table}.{column}{direction}")).collect();
        columns.join(", ")
    }
}

/// The order to read in: within one category, that by category is that by name, and the index is told so.
fn order(query: &Query) -> Sort {
    match query.sort {
        Sort::Category if !query.category.is_empty() => Sort::Name,
        sort => sort,
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
        "" => category::total(&categories, connection).await?,
        name => category::size(name, &categories, connection).await?,
    };
    let listing = Listing::empty(query, total, categories);
    read(listing, &[], connection).await
}

/// Reads the rows of a page, from whichever end of the order is nearer. Of a search that ends with this page
/// it reads one more row than the total leaves, if there is one.
async fn read(listing: Listing, words: &[String], connection: &mut Connection) -> QueryResult<Listing> {
    let (query, total, (skip, take)) = (&listing.query, listing.total, listing.range());
    let from_end = skip > DEEP && skip > total / 2;
    let (skip, descending) = match from_end {
        true => (total - skip - take, !query.descending),
        false => (skip, query.descending),
    };
    // Hits so far apart that a walk would look at most products one by one, in an order that is not theirs.
    let sparse = !words.is_empty() && query.category.is_empty() && total <= RARE && 5 * (skip + take) > total;
    let one_more = u64::from(!words.is_empty() && !from_end && skip + take == total);
    let access = match sparse {
        true => "USE INDEX ()".to_owned(),
        false => format!("FORCE INDEX ({})", order(query).index(!query.category.is_empty())),
    };
    let mut rows = page(query, &access, words, descending, (skip, take + one_more), connection).await?;
    if from_end {
        rows.reverse();
    }
    Ok(Listing { rows, ..listing })
}

/// Finds the keys of a page, then fetches its rows.
async fn page(
    query: &Query,
    access: &str,
    words: &[String],
    descending: bool,
    (skip, take): (u64, u64),
    connection: &mut Connection,
) -> QueryResult<Vec<Row>> {
    let select = match words.is_empty() && skip <= DEEP {
        true => Statement::select,
        false => Statement::limited_select,
    };
    let statement =
        select(format!("{COLUMNS} FROM (SELECT products.id FROM products {access} WHERE deleted_at IS NULL"));
    narrow(statement, "products", &query.category, words.iter())
        .sql(format!(" ORDER BY {} LIMIT ", order(query).order_by("products", descending)))
        .number(take)
        .sql(" OFFSET ")
        .number(skip)
        .sql(") AS page JOIN products AS p ON p.id = page.id ORDER BY ")
        .sql(order(query).order_by("p", descending))
        .load(connection)
        .await
}

/// Adds the conditions of category and words.
fn narrow<'a>(
    mut statement: Statement,
    table: &str,
    category: &str,
    words: impl Iterator<Item = &'a String>,
) -> Statement {
    if !category.is_empty() {
        statement = statement.sql(format!(" AND {table}.category = ")).text(category);
    }
    for word in words {
        // Words are letters and digits: nothing in them means anything to LIKE. Both sides are folded, so
        // bytes will do, which MySQL compares five times as fast as characters.
        statement =
            statement.sql(format!(" AND CAST({table}.words AS BINARY) LIKE ")).text(format!("% {word}%"));
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
    let mut statement = Statement::limited_select("");
    for (position, word) in words.iter().enumerate() {
        let union = if position > 0 { " UNION ALL SELECT " } else { "" };
        statement = statement
            .sql(format!(
                "{union}COUNT(*) AS entries FROM (SELECT 1 AS one FROM product_words WHERE word LIKE "
            ))
            .text(format!("{word}%"))
            .sql(format!(" LIMIT {}) AS w{position}", RARE + 1));
    }
    let entries: Vec<Entries> = statement.load(connection).await?;
    let rarest = words.iter().zip(entries).min_by_key(|(_, entries)| entries.entries);
    Ok(rarest.filter(|(_, entries)| entries.entries.unsigned_abs() <= RARE).map(|(word, _)| word.clone()))
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
        let statement = Statement::limited_select(format!(
            "{columns} FROM (SELECT DISTINCT product_id FROM product_words WHERE word LIKE "
        ));
        let statement = statement
            .text(format!("{rare}%"))
            .sql(") AS hit STRAIGHT_JOIN products AS p ON p.id = hit.product_id WHERE p.deleted_at IS NULL");
        narrow(statement, "p", &query.category, words.iter().filter(|word| *word != rare))
    };
    let counted: Counted = hits("COUNT(*) AS total").get_result(connection).await?;
    let total = u64::try_from(counted.total).unwrap_or(0);
    let listing = Listing::empty(query, total, category::load(connection).await?);
    let (skip, take) = listing.range();
    let rows = hits(COLUMNS)
        .sql(format!(" ORDER BY {} LIMIT ", order(query).order_by("p", query.descending)))
        .number(take)
        .sql(" OFFSET ")
        .number(skip)
        .load(connection)
        .await?;
    Ok(Listing { rows, ..listing })
}

/// With a total that was counted a while ago, if the page bears it out, and else with a new one.
async fn search_frequent(
    query: &Query,
    words: &[String],
    known: u64,
    connection: &mut Connection,
) -> QueryResult<Listing> {
    let categories = category::load(connection).await?;
    let listing = Listing::empty(query, known, categories.clone());
    let (skip, take) = listing.range();
    if skip <= DEEP {
        let listing = read(listing, words, connection).await?;
        if listing.rows.len() as u64 == take {
            return Ok(listing);
        }
    }
    connection
        .transaction(async |connection| {
            let total = count_frequent(words, &query.category, connection).await?;
            read(Listing::empty(query, total, categories), words, connection).await
        })
        .await
}

/// Counts what [`Totals`] remembers.
async fn count_frequent(words: &[String], category: &str, connection: &mut Connection) -> QueryResult<u64> {
    let statement = match words {
        [word] if category.is_empty() => Statement::limited_select(
            "COUNT(DISTINCT product_id) AS total FROM product_words WHERE word LIKE ",
        )
        .text(format!("{word}%")),
        _ => {
            // Left to itself, MySQL goes through an index to every single row of the table.
            let access =
                if category.is_empty() { "USE INDEX ()" } else { "FORCE INDEX (products_by_category)" };
            let all = format!("COUNT(*) AS total FROM products {access} WHERE deleted_at IS NULL");
            narrow(Statement::limited_select(all), "products", category, words.iter())
        }
    };
    let counted: Counted = statement.get_result(connection).await?;
    Ok(u64::try_from(counted.total).unwrap_or(0))
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
