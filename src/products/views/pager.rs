//! The way from page to page of a list.

use maud::{Markup, html};

use crate::products::listing::Listing;
use crate::web::Context;

/// First, previous, next and last page; nothing where there is only one.
pub fn pages(context: &Context, listing: &Listing) -> Markup {
    let text = |key| context.language.text(key);
    let (page, pages) = (listing.query.page, listing.pages);
    html! {
        @if pages > 1 {
            nav.pager aria-label=(text("products-pages")) {
                (step(listing, "first", &text("products-page-first"), 1))
                (step(listing, "previous", &text("products-page-previous"), page.saturating_sub(1).max(1)))
                p { (position(context, page, pages)) }
                (step(listing, "next", &text("products-page-next"), (page + 1).min(pages)))
                (step(listing, "last", &text("products-page-last"), pages))
            }
        }
    }
}

fn position(context: &Context, page: u64, pages: u64) -> String {
    let number = |number| context.language.number(number).into();
    context.language.text_with("products-page", &[("page", number(page)), ("pages", number(pages))])
}

/// A link, or where it would lead nowhere else, its place.
fn step(listing: &Listing, name: &str, text: &str, page: u64) -> Markup {
    let href = listing.query.at_page(page).href();
    html! {
        @if page == listing.query.page {
            a.(name) role="link" aria-disabled="true" { (text) }
        } @else {
            a.(name) id={ "page-" (name) } href=(href) hx-get=(href) hx-swap="outerHTML show:top" { (text) }
        }
    }
}
