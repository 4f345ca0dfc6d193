//! The way from page to page of a list.

use maud::{Markup, html};

use super::Context;

/// First, previous, next and last page; nothing where there is only one.
pub fn pages(context: &Context, page: u64, pages: u64, href: &dyn Fn(u64) -> String) -> Markup {
    let text = |key| context.language.text(key);
    let number = |number| context.language.number(number).into();
    let step = |name: &str, text: String, to: u64| step(name, &text, (to != page).then(|| href(to)));
    html! {
        @if pages > 1 {
            nav.pager aria-label=(text("products-pages")) {
                (step("first", text("products-page-first"), 1))
                (step("previous", text("products-page-previous"), page.saturating_sub(1).max(1)))
                p { (context.language.text_with("products-page", &[("page", number(page)), ("pages", number(pages))])) }
                (step("next", text("products-page-next"), (page + 1).min(pages)))
                (step("last", text("products-page-last"), pages))
            }
        }
    }
}

/// A link, or where it would lead nowhere, its place.
pub fn step(name: &str, text: &str, href: Option<String>) -> Markup {
    html! {
        @if let Some(href) = href {
            a.(name) id={ "page-" (name) } href=(href) { (text) }
        } @else {
            a.(name) role="link" aria-disabled="true" { (text) }
        }
    }
}
