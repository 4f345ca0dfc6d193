//! The list of products.

use maud::{Markup, html};

use super::notice::{Notice, notice as say};
use super::{filter, pager, table};
use crate::products::listing::Listing;
use crate::web::page::page as layout;
use crate::web::{Context, Permission};

/// The whole page. `notice` says what was just done.
pub fn page(context: &Context, listing: &Listing, notice: Option<&Notice>) -> Markup {
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
        (section(context, listing))
    };
    layout(context, &title, main)
}

/// `<section id="product-list">`: what changes with the filters, the order and the page. The page
/// holds exactly this, and a partial request is answered with it.
pub fn section(context: &Context, listing: &Listing) -> Markup {
    html! {
        section #product-list tabindex="-1" aria-label=(context.language.text("products-list"))
            hx-target:inherited="#product-list" hx-swap:inherited="outerHTML" hx-push-url:inherited="true"
            hx-sync:inherited="#product-list:replace" {
            @if is_empty_shop(listing) { (nothing_yet(context)) }
            @else {
                (summary(context, listing))
                @if listing.rows.is_empty() { (nothing_found(context)) }
                @else { (table::products(context, listing)) (pager::pages(context, listing)) }
            }
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
