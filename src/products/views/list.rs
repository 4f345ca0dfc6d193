//! The list of products.

use maud::{Markup, html};

use crate::products::list::{Filter, Listing, Page, ProductRow};
use crate::text;
use crate::web::{Context, Language, Permission, TimeFormat, layout, list, page};

/// The whole page.
pub fn page(context: &Context, page: &Page) -> Markup {
    around(context, page, section(context, page))
}

/// The whole page of a search that took too long.
pub fn too_slow(context: &Context, page: &Page) -> Markup {
    around(context, page, too_slow_section(context))
}

fn around(context: &Context, page: &Page, section: Markup) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("products-title");
    let new = html! {
        @if context.may(Permission::EditProducts) {
            a.button.primary href="/products/new" { (text("products-new")) }
        }
    };
    let main = html! {
        (page::heading(context, &title, new))
        @if !is_empty_shop(&page.listing) { (filter(context, page)) }
        (section)
    };
    layout(context, &title, main)
}

/// What narrows the list: words and a category.
fn filter(context: &Context, page: &Page) -> Markup {
    let Filter { q, category } = &page.listing.query.filters;
    let options = page.categories.iter().map(|category| {
        let products = context.language.number(category.products);
        (category.name.as_str(), format!("{} ({products})", text::isolated(&category.name)))
    });
    let labels = ("products-category-filter", "products-all-categories");
    let controls = html! {
        (list::search(context, ("q", q), "products-search", "products-search-placeholder"))
        (list::choice(context, ("category", category), labels, options))
    };
    list::form::<Filter>(context, controls)
}

/// What changes with the filters, the order and the page.
pub fn section(context: &Context, page: &Page) -> Markup {
    let listing = &page.listing;
    let content = html! {
        @if is_empty_shop(listing) { (nothing_yet(context)) }
        @else {
            (list::summary(context, &listing.query, &total(context.language, listing), html! {}))
            @if listing.rows.is_empty() {
                (list::empty(context, "products-not-found-title", "products-not-found-text", clear(context)))
            } @else { (table(context, listing)) (list::pager(context, listing)) }
        }
    };
    list::section::<Filter>(context, "products-list", content)
}

/// The section of a search that took too long.
pub fn too_slow_section(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        div.empty {
            h2 #product-total { (text("products-too-much-title")) }
            p { (text("products-too-much-text")) }
            (clear(context))
        }
    };
    list::section::<Filter>(context, "products-list", content)
}

fn is_empty_shop(listing: &Listing) -> bool {
    listing.total == 0 && !listing.query.is_filtered()
}

fn total(language: Language, listing: &Listing) -> String {
    let key = if listing.query.is_filtered() { "products-found" } else { "products-total" };
    language
        .text_with(key, &[("count", listing.total.into()), ("shown", language.number(listing.total).into())])
}

fn clear(context: &Context) -> Markup {
    html! { a.button href="/products" { (context.language.text("products-clear")) } }
}

fn nothing_yet(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        div.empty {
            h2 { (text("products-none-title")) }
            @if context.may(Permission::EditProducts) {
                p { (text("products-none-text")) }
                a.button.primary href="/products/new" { (text("products-none-create")) }
            }
        }
    }
}

fn table(context: &Context, listing: &Listing) -> Markup {
    let (times, units) = (TimeFormat::new(context.language), Units::new(context.language));
    html! {
        table #product-table {
            (list::headings(context, &listing.query))
            tbody { @for row in &listing.rows { (product(row, &times, &units)) } }
        }
    }
}

fn product(row: &ProductRow, times: &TimeFormat, units: &Units) -> Markup {
    let id = row.id.to_string();
    html! {
        tr id={ "product-" (id) } {
            th scope="row" { a href={ "/products/" (id) } { bdi { (row.name) } } }
            td.code { (row.code) }
            td.units data-unit=(units.unit) { (units.number(row.units)) }
            td.category { bdi { (row.category) } }
            td.updated { (times.time(row.updated_at)) }
        }
    }
}

/// Formats units, with texts looked up once for all rows.
pub struct Units {
    language: Language,
    out: String,
    /// For the attribute `data-unit`, which the stylesheet shows where there is no heading.
    pub unit: String,
}

impl Units {
    pub fn new(language: Language) -> Self {
        let text = |key| language.text(key);
        Self { language, out: text("products-out"), unit: text("products-units-short") }
    }

    /// The number, and in words that nothing is left.
    pub fn number(&self, units: u32) -> Markup {
        html! {
            @if units == 0 { em { (self.out) } " " }
            (self.language.number(units.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::id::Id;
    use crate::products::list::Query;

    fn listed(q: &str, total: u64) -> Page {
        let row = |units| ProductRow {
            id: Id::new(),
            name: "Tuerca <M4>".into(),
            code: "TU-1".into(),
            units,
            category: "Fijación".into(),
            updated_at: datetime!(2026-01-02 03:04),
        };
        let filters = Filter { q: q.into(), ..Filter::default() };
        let mut listing = Listing::new(&Query { filters, ..Query::default() }, total);
        listing.rows = if total == 0 { vec![] } else { vec![row(0), row(12_345)] };
        Page { listing, categories: vec![] }
    }

    #[test]
    fn the_page_holds_exactly_what_a_partial_request_gets() {
        let (context, listed) = (Context::default(), listed("", 60));
        let section = section(&context, &listed).into_string();
        assert!(section.starts_with("<section"), "{section}");
        assert!(page(&context, &listed).into_string().contains(&section));
    }

    #[test]
    fn nothing_left_is_said_in_words() {
        let section = section(&Context::default(), &listed("", 2)).into_string();
        assert!(section.contains("<em>agotado</em> 0<") && section.contains(">12.345<"), "{section}");
    }

    #[test]
    fn a_search_without_a_hit_keeps_its_form_and_offers_the_way_out() {
        let page = page(&Context::default(), &listed("nada", 0)).into_string();
        assert!(page.contains("value=\"nada\"") && !page.contains("<table"), "{page}");
        assert!(page.contains("href=\"/products\">Quitar filtros"), "{page}");
    }
}
