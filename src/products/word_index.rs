//! The inverted index `product_words`.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::products_schema::product_words;
use crate::id::Id;

/// Longer words are cut to fit the column.
pub const LONGEST: usize = 32;

/// The words that a product is found by: of its code (also without its dashes), name, category and description.
pub fn of(code: &str, name: &str, category: &str, description: &str) -> BTreeSet<String> {
    let whole_code: String = crate::text::words(code).collect();
    let texts = [code, name, category, description];
    let words = texts.into_iter().flat_map(crate::text::words).chain([whole_code]);
    words.filter(|word| !word.is_empty()).map(|word| cut(&word)).collect()
}

/// The part of a word that the index holds.
pub fn cut(word: &str) -> String {
    word.chars().take(LONGEST).collect()
}

/// The column `products.words`: a space before each word, so that `LIKE '% begin%'` finds beginnings of words.
pub fn text(words: &BTreeSet<String>) -> String {
    words.iter().flat_map(|word| [" ", word]).collect()
}

/// The inverse of [`text`].
pub fn parse(text: &str) -> BTreeSet<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Adds words of a product.
pub async fn insert<'a>(
    product: Id,
    words: impl Iterator<Item = &'a String> + Send,
    connection: &mut Connection,
) -> QueryResult<()> {
    let rows: Vec<_> =
        words.map(|word| (product_words::word.eq(word), product_words::product_id.eq(product))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    diesel::insert_into(product_words::table).values(rows).execute(connection).await.map(|_| ())
}

/// Removes words of a product.
pub async fn delete(product: Id, words: Vec<&String>, connection: &mut Connection) -> QueryResult<()> {
    if words.is_empty() {
        return Ok(());
    }
    let rows = product_words::table
        .filter(product_words::word.eq_any(words))
        .filter(product_words::product_id.eq(product));
    diesel::delete(rows).execute(connection).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_found_with_and_without_its_dashes() {
        let words = super::of("CAF-012", "Café molido", "Café", "500 g");
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        assert_eq!(words, ["012", "500", "caf", "caf012", "cafe", "g", "molido"]);
    }

    #[test]
    fn words_survive_their_column() {
        let words = super::of("A.1", "uno dos", "tres", "cuatro");
        assert_eq!(super::text(&words), " 1 a a1 cuatro dos tres uno");
        assert_eq!(super::parse(&super::text(&words)), words);
    }
}
