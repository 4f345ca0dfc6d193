//! The list of products.

use maud::{Markup, html};

use super::notice::{Notice, notice as say};
use super::{filter, pager, table};
use crate::products::listing::Listing;
use crate::web::page::page as layout;
use crate::web::{Context, Permission};

/// The whole page. `notice` says what was just done.
pub fn page(context: &Context, listing: &Listing, notice: Option<&Notice>) -> Markup {
    around(context, listing, notice, section(context, listing))
}

/// The whole page of a search that took too long.
pub fn too_much(context: &Context, listing: &Listing) -> Markup {
    around(context, listing, None, too_much_section(context))
}

fn around(context: &Context, listing: &Listing, notice: Option<&Notice>, section: Markup) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("products-title");
    let main = html! {
        div.heading {
            h1 tabindex="-1" { (title) }
            @if context.may(Permission::EditProducts) {
                a.button.primary href="/products/new" { (text("products-new")) }
            }
        }
        @if let Some(notice) = notice { (say(context, notice)) }
        @if !is_empty_shop(listing) { (filter::form(context, listing)) }
        (section)
    };
    layout(context, &title, main)
}

/// `<section id="product-list">`: what changes with the filters, the order and the page. The page
/// holds exactly this, and a partial request is answered with it.
pub fn section(context: &Context, listing: &Listing) -> Markup {
    let content = html! {
        @if is_empty_shop(listing) { (nothing_yet(context)) }
        @else {
            (summary(context, listing))
            @if listing.rows.is_empty() { (nothing_found(context)) }
            @else { (table::products(context, listing)) (pager::pages(context, listing)) }
        }
    };
    replaceable(context, content)
}

/// The same section of a search that took too long.
pub fn too_much_section(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        div.empty {
            h2 #product-total { (text("products-too-much-title")) }
            p { (text("products-too-much-text")) }
            a.button href="/products" { (text("products-clear")) }
        }
    };
    replaceable(context, content)
}

fn replaceable(context: &Context, content: Markup) -> Markup {
    html! {
        section #product-list tabindex="-1" aria-label=(context.language.text("products-list"))
            hx-target:inherited="#product-list" hx-swap:inherited="outerHTML" hx-push-url:inherited="true"
            hx-sync:inherited="#product-list:replace" {
            (content)
        }
    }
}

fn is_empty_shop(listing: &Listing) -> bool {
    listing.total == 0 && !listing.query.is_filtered()
}

/// How many there are, and the way back to all of them.
fn summary(context: &Context, listing: &Listing) -> Markup {
    let (language, query) = (context.language, &listing.query);
    let key = if query.is_filtered() { "products-found" } else { "products-total" };
    let arguments = [("count", listing.total.into()), ("shown", language.number(listing.total).into())];
    html! {
        div.summary {
            p #product-total { (language.text_with(key, &arguments)) }
            @if query.is_filtered() { a href="/products" { (language.text("products-clear")) } }
            (filter::order(listing))
        }
    }
}

fn nothing_yet(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        div.empty {
            h2 { (text("products-none-title")) }
            @if context.may(Permission::EditProducts) { p { (text("products-none-text")) } }
            @if context.may(Permission::EditProducts) {
                a.button.primary href="/products/new" { (text("products-none-create")) }
            }
        }
    }
}

fn nothing_found(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        div.empty {
            h2 { (text("products-not-found-title")) }
            p { (text("products-not-found-text")) }
            a.button href="/products" { (text("products-clear")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::id::Id;
    use crate::products::listing::{Query, Row};

    fn listing(query: Query, total: u64) -> Listing {
        let row = |units| Row {
            id: Id::new(),
            name: "Tuerca <M4>".into(),
            code: "TU-1".into(),
            units,
            category: "Fijación".into(),
            updated_at: datetime!(2026-01-02 03:04),
        };
        let rows = if total == 0 { vec![] } else { vec![row(0), row(12_345)] };
        Listing { query, rows, total, pages: total.div_ceil(Listing::PER_PAGE).max(1), categories: vec![] }
    }

    #[test]
    fn the_page_holds_exactly_what_a_partial_request_gets() {
        let (context, listing) = (Context::default(), listing(Query::default(), 60));
        let section = section(&context, &listing).into_string();
        assert!(section.starts_with("<section id=\"product-list\""));
        assert!(page(&context, &listing, None).into_string().contains(&section));
    }

    #[test]
    fn nothing_left_is_said_in_words() {
        let section = section(&Context::default(), &listing(Query::default(), 2)).into_string();
        assert!(section.contains("<em>agotado</em> 0<") && section.contains(">12.345<"), "{section}");
    }

    #[test]
    fn the_last_page_leads_back_and_no_further() {
        let section =
            section(&Context::default(), &listing(Query { page: 3, ..Query::default() }, 60)).into_string();
        assert!(section.contains("id=\"page-previous\" href=\"/products?page=2\""), "{section}");
        assert!(!section.contains("id=\"page-next\""), "{section}");
    }

    #[test]
    fn a_search_without_a_hit_keeps_its_form_and_offers_the_way_out() {
        let query = Query { q: "nada".into(), ..Query::default() };
        let page = page(&Context::default(), &listing(query, 0), None).into_string();
        assert!(page.contains("value=\"nada\"") && !page.contains("<table"), "{page}");
        assert!(page.contains("href=\"/products\">Quitar filtros"), "{page}");
    }
}
