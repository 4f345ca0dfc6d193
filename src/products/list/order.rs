//! The orders of the list, and the index that has each of them.

use super::Query;
use crate::web::list;

/// The column that the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    #[default]
    Name,
    Code,
    Units,
    Category,
    Updated,
}

impl list::Sort for Sort {
    const COLUMNS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Name, "name", "products-name"),
        (Self::Code, "code", "products-code"),
        (Self::Units, "units", "products-units"),
        (Self::Category, "category", "products-category"),
        (Self::Updated, "updated", "products-updated"),
    ];
}

impl Sort {
    /// The order to read in: within one category, by category means by name.
    pub(super) fn of(query: &Query) -> Self {
        match query.sort {
            Self::Category if !query.filters.category.is_empty() => Self::Name,
            sort => sort,
        }
    }

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

    /// The index of this order, for all products or those of one category.
    pub(super) fn index(self, of_category: bool) -> &'static str {
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

    /// What stands after `ORDER BY`.
    pub(super) fn order_by(self, table: &str, descending: bool) -> String {
        let direction = if descending { " DESC" } else { "" };
        let columns: Vec<String> =
            self.columns().iter().map(|column| format!("{table}.{column}{direction}")).collect();
        columns.join(", ")
    }
}
