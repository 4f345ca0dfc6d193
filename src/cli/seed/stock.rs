//! A made-up product: everything about it follows from its number.

use time::{Duration, PrimitiveDateTime};

use super::catalogue::Article;
use super::random::Random;
use crate::id::Id;
use crate::products::Draft;

const BRANDS: [&str; 8] =
    ["Aldaba", "Olmedo", "Tramuntana", "Zarzal", "Peñalba", "Norvega", "Castuera", "Lumbreras"];
/// Keys count up from here in milliseconds: 2 January 2025, 8:00 UTC, before anyone's own products.
const FIRST_KEY: u64 = 1_735_804_800_000;
/// The two products, and no others, that a search for `aniversario` finds.
const ANNIVERSARY: [u32; 2] = [103, 417];

/// A product as it is made up.
#[derive(Clone, Debug)]
pub struct Product {
    pub id: Id,
    pub draft: Draft,
    pub version: u32,
    pub created_at: PrimitiveDateTime,
    pub updated_at: PrimitiveDateTime,
    /// Which of the staff saved it last.
    pub by: usize,
}

/// The key of the product with this number; keys sort like numbers.
pub fn key(number: u32) -> Id {
    let mut random = Random::of(number);
    let time = (FIRST_KEY + u64::from(number)) << 16;
    // Version 7 and its variant (RFC 9562, section 5.7).
    let (high, low) = (time | 0x7000 | (random.next() >> 52), (1 << 63) | (random.next() >> 2));
    Id::from_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
}

/// The product with this number, from 0, in the shop of `staff` people as it is `now`.
pub fn product(number: u32, articles: &[Article], staff: u32, now: PrimitiveDateTime) -> Product {
    let mut random = Random::of(number ^ 0x8000_0000);
    let version = 1 + random.below(3) * random.below(3);
    let updated_at = now - Duration::seconds(random.below(120 * 86_400).into());
    let age = if version == 1 { 0 } else { random.below(400 * 86_400) };
    Product {
        id: key(number),
        draft: draft(number, articles, &mut random),
        version,
        created_at: updated_at - Duration::seconds(age.into()),
        updated_at,
        by: usize::try_from(random.below(staff)).expect("few people"),
    }
}

fn draft(number: u32, articles: &[Article], random: &mut Random) -> Draft {
    let position = usize::try_from(number).expect("a small number");
    let (article, lap) = (articles[position % articles.len()], position / articles.len());
    let brand = BRANDS[(article.name.len() + article.size.len() + lap) % BRANDS.len()];
    let series = match lap / BRANDS.len() {
        0 => String::new(),
        series => format!(", serie {}", series + 1),
    };
    Draft {
        name: format!("{} {brand}, {}{series}", article.name, article.size),
        code: format!("{}-{:04}", article.prefix, number + 1),
        description: format!("{} {}", article.description, place(number, random)),
        units: units(random),
        category: article.section.to_owned(),
    }
}

/// Where it stands: half of everything in an aisle (`pasillo`), half in the store room.
fn place(number: u32, random: &mut Random) -> String {
    let place = match random.below(2) {
        0 => format!("Pasillo {}, estante {}.", 1 + random.below(9), random.pick(&["A", "B", "C", "D"])),
        _ => format!("Almacén, estantería {}.", 1 + random.below(30)),
    };
    if ANNIVERSARY.contains(&number) { format!("{place} Edición del sesenta aniversario.") } else { place }
}

/// Units on hand: some out of stock, many few, a few many.
fn units(random: &mut Random) -> u32 {
    match random.below(100) {
        0..6 => 0,
        6..30 => 1 + random.below(9),
        30..90 => 10 + random.below(110),
        _ => 150 + 10 * random.below(220),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::catalogue::articles;
    use super::*;
    use crate::products::word_index;

    fn products(count: u32) -> impl Iterator<Item = Product> {
        let articles = articles();
        (0..count).map(move |number| product(number, &articles, 3, crate::db::now()))
    }

    #[test]
    fn the_same_number_is_the_same_product() {
        for (one, other) in products(50).zip(products(50)) {
            assert_eq!((one.id, one.draft), (other.id, other.draft));
        }
    }

    #[test]
    fn keys_count_up_and_codes_and_names_are_different() {
        let (mut codes, mut names, mut last) = (HashSet::new(), HashSet::new(), Id::NIL);
        for Product { id, draft, .. } in products(20_000) {
            assert!(id > last);
            last = id;
            assert!(codes.insert(draft.code) && names.insert(draft.name));
        }
    }

    #[test]
    fn one_word_is_in_half_of_all_products_and_one_in_two() {
        let count = |word: &str| {
            let has = |product: &Product| {
                let Draft { name, code, description, category, .. } = &product.draft;
                let words = word_index::of(code, name, category, description);
                words.iter().any(|other| other.starts_with(word))
            };
            products(4000).filter(has).count()
        };
        assert!((1800..2200).contains(&count("pasillo")));
        assert_eq!(count("aniversario"), 2);
    }
}
