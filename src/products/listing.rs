//! What a person asks of the list of products, and what they get.

use diesel::QueryableByName;
use diesel::sql_types::{Binary, Datetime, Integer, Text, Unsigned};
use time::PrimitiveDateTime;

pub use super::category::Category;
use crate::id::Id;

/// The column that a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    #[default]
    Name,
    Code,
    Units,
    Category,
    Updated,
}

/// A list's filters, order and page, as they stand in its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub q: String,
    pub category: String,
    pub sort: Sort,
    pub descending: bool,
    /// From 1.
    pub page: u64,
}

impl Default for Query {
    fn default() -> Self {
        Self { q: String::new(), category: String::new(), sort: Sort::Name, descending: false, page: 1 }
    }
}

impl Sort {
    pub const ALL: [Self; 5] = [Self::Name, Self::Code, Self::Units, Self::Category, Self::Updated];

    /// The value in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Code => "code",
            Self::Units => "units",
            Self::Category => "category",
            Self::Updated => "updated",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.key() == key)
    }
}

impl Query {
    /// The list's address with these filters; defaults are left out.
    pub fn href(&self) -> String {
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        if !self.q.is_empty() {
            address.append_pair("q", &self.q);
        }
        if !self.category.is_empty() {
            address.append_pair("category", &self.category);
        }
        if self.sort != Sort::default() || self.descending {
            address.append_pair("sort", self.sort.key());
            address.append_pair("dir", if self.descending { "desc" } else { "asc" });
        }
        if self.page > 1 {
            address.append_pair("page", &self.page.to_string());
        }
        match address.finish() {
            query if query.is_empty() => "/products".into(),
            query => format!("/products?{query}"),
        }
    }

    /// The same list sorted by a column: again the same column turns it round. From page 1.
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let descending = self.sort == sort && !self.descending;
        Self { sort, descending, page: 1, ..self.clone() }
    }

    /// The same list, another page.
    pub fn at_page(&self, page: u64) -> Self {
        Self { page, ..self.clone() }
    }

    /// Whether anything narrows the list.
    pub fn is_filtered(&self) -> bool {
        !self.q.is_empty() || !self.category.is_empty()
    }
}

/// One row of the list.
#[derive(Clone, Debug, QueryableByName)]
pub struct Row {
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

/// One page of the list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// As answered: `page` lies between 1 and `pages`.
    pub query: Query,
    pub rows: Vec<Row>,
    /// Products that fit the filters, on all pages.
    pub total: u64,
    /// At least 1.
    pub pages: u64,
    /// For the filter, by name.
    pub categories: Vec<Category>,
}

impl Listing {
    pub const PER_PAGE: u64 = 25;

    /// A page without rows yet. A page past the last one becomes the last one.
    pub fn empty(query: &Query, total: u64, categories: Vec<Category>) -> Self {
        let pages = total.div_ceil(Self::PER_PAGE).max(1);
        let query = query.at_page(query.page.clamp(1, pages));
        Self { query, rows: Vec::new(), total, pages, categories }
    }

    /// How many rows come before this page, and how many it has.
    pub fn range(&self) -> (u64, u64) {
        let skip = (self.query.page - 1) * Self::PER_PAGE;
        (skip, Self::PER_PAGE.min(self.total.saturating_sub(skip)))
    }
}
