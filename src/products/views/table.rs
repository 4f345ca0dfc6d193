//! Rows of products.

use maud::{Markup, html};

use crate::products::listing::{Listing, Query, Row, Sort};
use crate::web::moment::Moments;
use crate::web::{Context, Language};

/// `<table id="product-table">` of one page of the list; each heading sorts by its column.
pub fn products(context: &Context, listing: &Listing) -> Markup {
    let language = context.language;
    let moments = Moments::new(language);
    let units = Units::new(language);
    html! {
        table #product-table {
            thead { tr data-label=(language.text("products-sort")) {
                @for sort in Sort::ALL { (heading(language, &listing.query, sort)) }
            } }
            tbody { @for row in &listing.rows { (product(row, &moments, &units)) } }
        }
    }
}

fn heading(language: Language, query: &Query, sort: Sort) -> Markup {
    let order = if query.descending { "descending" } else { "ascending" };
    let href = query.sorted_by(sort).href();
    html! {
        th .(sort.key()) scope="col" aria-sort=[(query.sort == sort).then_some(order)] {
            a id={ "sort-" (sort.key()) } href=(href) hx-get=(href) { (label(language, sort)) }
        }
    }
}

fn label(language: Language, sort: Sort) -> String {
    language.text(match sort {
        Sort::Name => "products-name",
        Sort::Code => "products-code",
        Sort::Units => "products-units",
        Sort::Category => "products-category",
        Sort::Updated => "products-updated",
    })
}

fn product(row: &Row, moments: &Moments, units: &Units) -> Markup {
    let id = row.id.to_string();
    html! {
        tr id={ "product-" (id) } {
            th scope="row" { a href={ "/products/" (id) } { bdi { (row.name) } } }
            td { (row.code) }
            td data-unit=(units.unit) { (units.number(row.units)) }
            td { bdi { (row.category) } }
            td { (moments.time(row.updated_at)) }
        }
    }
}

/// Writes units; its words are looked up once for all rows.
pub struct Units {
    language: Language,
    out: String,
    /// What is counted, for the attribute `data-unit`: the stylesheet shows it after the number where
    /// no heading says so.
    pub unit: String,
}

impl Units {
    pub fn new(language: Language) -> Self {
        let text = |key| language.text(key);
        Self { language, out: text("products-out"), unit: text("products-units-short") }
    }

    /// The number; that nothing is left is said in words, too.
    pub fn number(&self, units: u32) -> Markup {
        html! {
            @if units == 0 { em { (self.out) } " " }
            (self.language.number(units.into()))
        }
    }
}
