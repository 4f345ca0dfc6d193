//! Searching: from the rarest word, or in the order's index where all words are frequent.

use diesel::sql_types::BigInt;
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::browse::{COLUMNS, DEEP, narrow, read};
use super::{Page, Query, Sort, Totals};
use crate::db::{Connection, Database, RawQuery};
use crate::error::Result;
use crate::products::{category, word_index};

/// A word with at most so many entries is rare: its products are looked up one by one.
const RARE: u64 = 2000;
/// More words do not make a search better.
const WORDS: usize = 10;

/// The words of a search: each the beginning of a word that a product must have.
pub fn words(q: &str) -> Vec<String> {
    let mut words: Vec<String> =
        crate::text::words(q).take(WORDS).map(|word| word_index::cut(&word)).collect();
    words.sort();
    words.dedup();
    // "cafetera" implies "caf".
    let longer = |word: &str| words.iter().any(|other| other.len() > word.len() && other.starts_with(word));
    words.iter().filter(|word| !longer(word)).cloned().collect()
}

/// One page of a search.
pub async fn load(query: &Query, words: &[String], database: &Database, totals: &Totals) -> Result<Page> {
    let search = format!("{} / {}", words.join(" "), query.filters.category);
    // A search counted lately has no rare word.
    if !totals.know(&search) {
        let rarest = database.run(async |connection| rarest(words, connection).await).await?;
        if let Some(rare) = rarest {
            return database.run(async |connection| load_rare(query, words, &rare, connection).await).await;
        }
    }
    let (for_count, category, counter) = (words.to_vec(), query.filters.category.clone(), database.clone());
    let count = move || async move {
        counter.run(async |connection| count_frequent(&for_count, &category, connection).await).await
    };
    let known = totals.get(&search, count).await?;
    let page = database.run(async |connection| load_frequent(query, words, known, connection).await).await?;
    if page.listing.total != known {
        totals.learn(&search, page.listing.total);
    }
    Ok(page)
}

/// The rarest word, if it is rare.
async fn rarest(words: &[String], connection: &mut Connection) -> QueryResult<Option<String>> {
    let mut entries = RawQuery::limited_select("");
    for (position, word) in words.iter().enumerate() {
        let union = if position > 0 { " UNION ALL SELECT " } else { "" };
        entries = entries
            .sql(format!(
                "{union}COUNT(*) AS total FROM (SELECT 1 AS one FROM product_words WHERE word LIKE "
            ))
            .text(format!("{word}%"))
            .sql(format!(" LIMIT {}) AS w{position}", RARE + 1));
    }
    let entries: Vec<Count> = entries.load(connection).await?;
    let rarest = words.iter().zip(entries).min_by_key(|(_, entries)| entries.total);
    Ok(rarest.filter(|(_, entries)| entries.total.unsigned_abs() <= RARE).map(|(word, _)| word.clone()))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// Starts from the rare word's products, few enough to count and sort every time.
async fn load_rare(
    query: &Query,
    words: &[String],
    rare: &str,
    connection: &mut Connection,
) -> QueryResult<Page> {
    let hits = |columns: &str| {
        let hits = RawQuery::limited_select(format!(
            "{columns} FROM (SELECT DISTINCT product_id FROM product_words WHERE word LIKE "
        ));
        let hits = hits
            .text(format!("{rare}%"))
            .sql(") AS hit STRAIGHT_JOIN products AS p ON p.id = hit.product_id WHERE p.deleted_at IS NULL");
        narrow(hits, "p", &query.filters.category, words.iter().filter(|word| *word != rare))
    };
    let count: Count = hits("COUNT(*) AS total").get_result(connection).await?;
    let total = u64::try_from(count.total).unwrap_or(0);
    let mut page = Page::empty(query, total, category::load(connection).await?);
    let (skip, take) = page.listing.range();
    page.listing.rows = hits(COLUMNS)
        .sql(format!(" ORDER BY {} LIMIT ", Sort::of(query).order_by("p", query.descending)))
        .number(take)
        .sql(" OFFSET ")
        .number(skip)
        .load(connection)
        .await?;
    Ok(page)
}

/// Uses the known total if the page agrees with it, else a new one.
async fn load_frequent(
    query: &Query,
    words: &[String],
    known: u64,
    connection: &mut Connection,
) -> QueryResult<Page> {
    let categories = category::load(connection).await?;
    let page = Page::empty(query, known, categories.clone());
    let (skip, take) = page.listing.range();
    if skip <= DEEP {
        let page = read(page, words, connection).await?;
        if page.listing.rows.len() as u64 == take {
            return Ok(page);
        }
    }
    connection
        .transaction(async |connection| {
            let total = count_frequent(words, &query.filters.category, connection).await?;
            read(Page::empty(query, total, categories), words, connection).await
        })
        .await
}

/// Counts what [`Totals`] remembers.
async fn count_frequent(words: &[String], category: &str, connection: &mut Connection) -> QueryResult<u64> {
    let count = match words {
        [word] if category.is_empty() => RawQuery::limited_select(
            "COUNT(DISTINCT product_id) AS total FROM product_words WHERE word LIKE ",
        )
        .text(format!("{word}%")),
        _ => {
            // MySQL would otherwise look up every row through an index.
            let access =
                if category.is_empty() { "USE INDEX ()" } else { "FORCE INDEX (products_by_category)" };
            let all = format!("COUNT(*) AS total FROM products {access} WHERE deleted_at IS NULL");
            narrow(RawQuery::limited_select(all), "products", category, words.iter())
        }
    };
    let count: Count = count.get_result(connection).await?;
    Ok(u64::try_from(count.total).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_search_is_its_words_without_those_that_others_begin_with() {
        assert_eq!(words("Café  caf CAFETERA"), ["cafetera"]);
        assert_eq!(words("uno, dos uno"), ["dos", "uno"]);
        assert_eq!(words(" %_'\"\\ \0 "), Vec::<String>::new());
        assert_eq!(words(&"a1 b2 c3 d4 ".repeat(100)).len(), 4);
    }
}
