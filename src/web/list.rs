//! Lists: filters, order and page are in the address, and each link changes one of them. A new list needs its
//! [`Filters`], its [`Sort`] columns and the markup of a row.

mod parameters;
mod views;

use std::borrow::Cow;

use poem::{FromRequest, Request, RequestBody};

pub use parameters::Parameters;
pub use views::{Step, choice, empty, form, headings, labels, pager, search, section, steps, summary};

/// Where a list stands, and what narrows it.
pub trait Filters: Clone + Default + PartialEq {
    /// The list's address.
    const PATH: &'static str;
    /// Begins the ids of its section, table and total.
    const NAME: &'static str;
    const PER_PAGE: u64 = 25;
    type Sort: Sort;

    /// Reads the filters, ignoring what makes no sense.
    fn read(sent: &Parameters) -> Self;

    /// Name and value of each filter that is set.
    fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)>;
}

/// The columns that a list can be sorted by.
pub trait Sort: Copy + std::fmt::Debug + Default + PartialEq + 'static {
    /// Each with its key in the address and the text of its heading.
    const COLUMNS: &'static [(Self, &'static str, &'static str)];

    fn key(self) -> &'static str {
        Self::COLUMNS.iter().find(|(column, ..)| *column == self).map_or("", |(_, key, _)| key)
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::COLUMNS.iter().find(|(_, known, _)| *known == key).map(|(column, ..)| *column)
    }
}

/// A list in one fixed order.
impl Sort for () {
    const COLUMNS: &'static [(Self, &'static str, &'static str)] = &[];
}

/// Filters, order and page of a list, as its address has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query<F: Filters> {
    pub filters: F,
    pub sort: F::Sort,
    pub descending: bool,
    /// From 1.
    pub page: u64,
}

impl<F: Filters> Default for Query<F> {
    fn default() -> Self {
        Self { filters: F::default(), sort: F::Sort::default(), descending: false, page: 1 }
    }
}

impl<F: Filters> Query<F> {
    pub fn read(sent: &Parameters) -> Self {
        Self {
            filters: F::read(sent),
            sort: F::Sort::from_key(sent.get("sort")).unwrap_or_default(),
            descending: sent.get("dir") == "desc",
            page: sent.page(),
        }
    }

    /// The address; defaults are left out.
    pub fn href(&self) -> String {
        let mut pairs = self.filters.pairs();
        if self.is_sorted() {
            pairs.push(("sort", self.sort.key().into()));
            pairs.push(("dir", self.dir().into()));
        }
        if self.page > 1 {
            pairs.push(("page", self.page.to_string().into()));
        }
        href(F::PATH, &pairs)
    }

    /// Sorted by a column, from page 1; the same column again reverses it.
    pub fn sorted_by(&self, sort: F::Sort) -> Self {
        let descending = self.sort == sort && !self.descending;
        Self { sort, descending, page: 1, filters: self.filters.clone() }
    }

    pub fn at_page(&self, page: u64) -> Self {
        Self { page, ..self.clone() }
    }

    pub fn is_filtered(&self) -> bool {
        self.filters != F::default()
    }

    fn is_sorted(&self) -> bool {
        self.descending || self.sort != F::Sort::default()
    }

    fn dir(&self) -> &'static str {
        if self.descending { "desc" } else { "asc" }
    }
}

impl<'a, F: Filters> FromRequest<'a> for Query<F> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::read(&Parameters::of(request)))
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Listing<F: Filters, R> {
    /// As answered: `page` lies between 1 and [`Listing::pages`].
    pub query: Query<F>,
    pub rows: Vec<R>,
    /// Rows on all pages.
    pub total: u64,
}

impl<F: Filters, R> Listing<F, R> {
    /// A page still without rows. A page past the last becomes the last.
    pub fn new(query: &Query<F>, total: u64) -> Self {
        let page = query.page.clamp(1, pages::<F>(total));
        Self { query: query.at_page(page), rows: Vec::new(), total }
    }

    /// At least 1.
    pub fn pages(&self) -> u64 {
        pages::<F>(self.total)
    }

    /// How many rows come before this page, and how many it has.
    pub fn range(&self) -> (u64, u64) {
        let skip = (self.query.page - 1) * F::PER_PAGE;
        (skip, F::PER_PAGE.min(self.total.saturating_sub(skip)))
    }

    /// `LIMIT` and `OFFSET` of the page.
    pub fn window(&self) -> (i64, i64) {
        let number = |number| i64::try_from(number).unwrap_or(i64::MAX);
        (number(F::PER_PAGE), number(self.range().0))
    }
}

fn pages<F: Filters>(total: u64) -> u64 {
    total.div_ceil(F::PER_PAGE).max(1)
}

/// An address with these parameters.
pub fn href(path: &str, pairs: &[(&'static str, Cow<'_, str>)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    url::form_urlencoded::Serializer::for_suffix(format!("{path}?"), path.len() + 1)
        .extend_pairs(pairs)
        .finish()
}

#[cfg(test)]
mod tests;
