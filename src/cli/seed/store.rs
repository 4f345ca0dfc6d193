//! Stores made-up products, many in a statement.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Unsigned};
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::{catalogue, stock};
use crate::cli::Failure;
use crate::db::products_schema::{product_words, products};
use crate::db::{Connection, Retry, now};
use crate::id::Id;
use crate::products::{category, product, word_index};
use crate::web::Person;

/// Products of one transaction and of one statement, which may have 65,535 values: 13 for each of them.
const CHUNK: u32 = 4000;
/// Words of one statement: two values for each.
const WORDS: usize = 30_000;
/// Tries of a transaction that conflicts with others.
const TRIES: u32 = 5;

/// What became of the requested products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub added: u32,
    pub present: u32,
    /// Their code belongs to another product.
    pub skipped: u32,
}

/// Adds what is missing of the first so many products.
pub async fn fill(wanted: u32, staff: &[Person], connection: &mut Connection) -> Result<Counts, Failure> {
    let articles = catalogue::articles();
    let (mut counts, mut start) = (Counts::default(), 0);
    let people = u32::try_from(staff.len())?;
    while start < wanted {
        let end = wanted.min(start + CHUNK);
        let products: Vec<_> =
            (start..end).map(|number| stock::product(number, &articles, people, now())).collect();
        let added = patiently(&products, staff, connection).await?;
        counts.added += added.added;
        counts.present += added.present;
        counts.skipped += added.skipped;
        start = end;
        if start % 50_000 == 0 && start < wanted {
            eprintln!("  {start} of {wanted} products…");
        }
    }
    Ok(counts)
}

async fn patiently(
    products: &[stock::Product],
    staff: &[Person],
    connection: &mut Connection,
) -> Result<Counts, Failure> {
    for _ in 1..TRIES {
        match chunk(products, staff, connection).await {
            // A deadlock, or a code that somebody took since we looked: the next look sees it.
            Err(error) if is_in_the_way(&error) => {}
            result => return Ok(result?),
        }
    }
    Ok(chunk(products, staff, connection).await?)
}

fn is_in_the_way(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    matches!(error, Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
        || Retry::of(error) == Retry::Transaction
}

/// All of a chunk or nothing of it: rows, words and the categories' counters belong together.
async fn chunk(
    products: &[stock::Product],
    staff: &[Person],
    connection: &mut Connection,
) -> QueryResult<Counts> {
    connection
        .transaction(async |connection| {
            let (Some(first), Some(last)) = (products.first(), products.last()) else {
                return Ok(Counts::default());
            };
            let present: Vec<Id> = products::table
                .filter(products::id.between(first.id, last.id))
                .select(products::id)
                .load(connection)
                .await?;
            let present: HashSet<Id> = present.into_iter().collect();
            let missing: Vec<_> = products.iter().filter(|product| !present.contains(&product.id)).collect();
            let free = without_taken_codes(&missing, connection).await?;
            insert(&free, staff, connection).await?;
            let count = |of: usize| u32::try_from(of).expect("at most a chunk");
            Ok(Counts {
                added: count(free.len()),
                present: count(present.len()),
                skipped: count(missing.len() - free.len()),
            })
        })
        .await
}

async fn without_taken_codes<'a>(
    missing: &[&'a stock::Product],
    connection: &mut Connection,
) -> QueryResult<Vec<&'a stock::Product>> {
    let keys = missing.iter().map(|product| product::code_key(&product.draft.code));
    let taken: Vec<String> = products::table
        .filter(products::code_key.eq_any(keys))
        .select(products::code_key)
        .load(connection)
        .await?;
    let is_free = |product: &&&stock::Product| !taken.contains(&product::code_key(&product.draft.code));
    Ok(missing.iter().filter(is_free).copied().collect())
}

async fn insert(new: &[&stock::Product], staff: &[Person], connection: &mut Connection) -> QueryResult<()> {
    let sections = sections(new, connection).await?;
    let (mut rows, mut words) = (Vec::with_capacity(new.len()), Vec::new());
    for stock::Product { id, draft, version, created_at, updated_at, by } in new {
        let (category, _) = &sections[draft.category.as_str()];
        let of = word_index::of(&draft.code, &draft.name, category, &draft.description);
        let by = &staff[*by];
        rows.push((
            (products::id.eq(id), products::version.eq(version), products::created_at.eq(created_at)),
            (products::name.eq(&draft.name), products::code.eq(&draft.code)),
            (products::code_key.eq(product::code_key(&draft.code)), products::units.eq(draft.units)),
            (products::description.eq(&draft.description), products::category.eq(category)),
            (products::words.eq(word_index::text(&of)), products::updated_at.eq(updated_at)),
            (products::updated_by.eq(by.id), products::updated_by_name.eq(by.full_name())),
        ));
        words.extend(of.into_iter().map(|word| (word, *id)));
    }
    if rows.is_empty() {
        return Ok(());
    }
    diesel::insert_into(products::table).values(rows).execute(connection).await?;
    // In the index's own order, so that each of its pages is visited once.
    words.sort_unstable();
    insert_words(&words, connection).await?;
    // Last, since everybody who saves a product of the category waits for its row.
    for (name, count) in sections.values() {
        add_to_category(name, *count, connection).await?;
    }
    Ok(())
}

/// The sections of new products, each with the spelling that the shop uses and the number of products.
async fn sections<'a>(
    new: &[&'a stock::Product],
    connection: &mut Connection,
) -> QueryResult<BTreeMap<&'a str, (String, u32)>> {
    let mut sections = BTreeMap::new();
    for product in new {
        sections.entry(product.draft.category.as_str()).or_insert((String::new(), 0)).1 += 1;
    }
    for (section, (spelling, _)) in &mut sections {
        *spelling = category::spelling(section, connection).await?;
    }
    Ok(sections)
}

async fn insert_words(words: &[(String, Id)], connection: &mut Connection) -> QueryResult<()> {
    for part in words.chunks(WORDS) {
        let rows: Vec<_> = part
            .iter()
            .map(|(word, id)| (product_words::word.eq(word), product_words::product_id.eq(id)))
            .collect();
        diesel::insert_into(product_words::table).values(rows).execute(connection).await?;
    }
    Ok(())
}

async fn add_to_category(name: &str, count: u32, connection: &mut Connection) -> QueryResult<()> {
    let upsert = "INSERT INTO categories (name, products) VALUES (?, ?) ON DUPLICATE KEY UPDATE products = products + ?";
    diesel::sql_query(upsert)
        .bind::<Text, _>(name)
        .bind::<Unsigned<Integer>, _>(count)
        .bind::<Unsigned<Integer>, _>(count)
        .execute(connection)
        .await
        .map(|_| ())
}
