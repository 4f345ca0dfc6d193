//! The list of products: right and fast at a hundred thousand products and beyond.
//!
//! Without a search, a page is read from the index of its order, from whichever end is nearer. A search
//! starts from its rarest word if that one is rare; if all its words are frequent, a page's worth of hits
//! is found soon by walking through the order and looking at each product. MySQL's optimizer does not
//! know which of the two it is, so each query names its index. `docs/SEARCH.md` has the plans.

mod browse;
mod order;
mod search;
mod totals;

use std::borrow::Cow;

use diesel::QueryableByName;
use diesel::sql_types::{Binary, Datetime, Integer, Text, Unsigned};
use time::PrimitiveDateTime;

pub use order::Sort;
pub use totals::Totals;

use super::category::Category;
use crate::db::Database;
use crate::error::Result;
use crate::id::Id;
use crate::web::{Filters, Parameters, list};

/// What narrows the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub q: String,
    pub category: String,
}

impl Filters for Filter {
    const PATH: &'static str = "/products";
    const NAME: &'static str = "product";
    type Sort = Sort;

    fn read(sent: &Parameters) -> Self {
        Self { q: sent.trimmed("q", 200), category: sent.trimmed("category", 60) }
    }

    fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let pairs = [("q", &self.q), ("category", &self.category)].into_iter();
        pairs.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.into())).collect()
    }
}

pub type Query = list::Query<Filter>;
pub type Listing = list::Listing<Filter, ProductRow>;

/// A product in a list.
#[derive(Clone, Debug, QueryableByName)]
pub struct ProductRow {
    #[diesel(sql_type = Binary)]
    pub id: Id,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Unsigned<Integer>)]
    pub units: u32,
    #[diesel(sql_type = Text)]
    pub category: String,
    /// UTC.
    #[diesel(sql_type = Datetime)]
    pub updated_at: PrimitiveDateTime,
}

/// A page of the list, and the categories for its filter, by name.
#[derive(Clone, Debug)]
pub struct Page {
    pub listing: Listing,
    pub categories: Vec<Category>,
}

impl Page {
    fn empty(query: &Query, total: u64, categories: Vec<Category>) -> Self {
        Self { listing: Listing::new(query, total), categories }
    }

    /// The page of a search that took too long.
    pub fn too_slow(query: &Query, categories: Vec<Category>) -> Self {
        Self::empty(query, 0, categories)
    }
}

/// One page of the list.
///
/// # Errors
///
/// [`crate::error::Error::TooSlow`] where a search covers too much; else as [`Database::run`].
pub async fn load(query: &Query, database: &Database, totals: &Totals) -> Result<Page> {
    let words = search::words(&query.filters.q);
    match words.is_empty() {
        true => database.run(async |connection| browse::load(query, connection).await).await,
        false => search::load(query, &words, database, totals).await,
    }
}
