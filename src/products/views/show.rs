//! One product.

use maud::{Markup, html};
use time::PrimitiveDateTime;

use super::list::Units;
use super::notice::{Notice, notice as say, restore_form};
use crate::products::list::{Filter, Query};
use crate::products::product::Product;
use crate::web::{Context, Message, Permission, TimeFormat, hidden_submission, layout};

/// The page of a product. `submission` is the key of its only form, which deletes or restores it.
pub fn page(context: &Context, product: &Product, submission: &str, notice: Option<&Notice>) -> Markup {
    let main = html! {
        (back(context))
        div.heading {
            h1 tabindex="-1" { (product.name) }
            @if product.deleted_at.is_none() { (actions(context, product, submission)) }
        }
        @if let Some(notice) = notice { (say(context, notice)) }
        @if let Some(at) = product.deleted_at { (deleted(context, product, at, submission)) }
        (details(context, product))
    };
    layout(context, &product.name, main)
}

/// A link back to the list.
pub fn back(context: &Context) -> Markup {
    html! { p.back { a href="/products" { (context.language.text("products-title")) } } }
}

fn actions(context: &Context, product: &Product, submission: &str) -> Markup {
    let address = format!("/products/{}", product.id);
    let delete = format!("{address}/delete");
    html! {
        div.actions {
            @if context.may(Permission::EditProducts) {
                a.button.primary href={ (address) "/edit" } { (context.language.text("products-edit")) }
            }
            @if context.may(Permission::DeleteProducts) {
                form method="post" action=(delete) hx-post=(delete) hx-sync="this:drop" {
                    (hidden_submission(submission))
                    button.danger { (context.language.text("products-delete")) }
                }
            }
        }
    }
}

fn deleted(context: &Context, product: &Product, at: PrimitiveDateTime, submission: &str) -> Markup {
    let text = TimeFormat::new(context.language).sentence(Message::new("products-deleted-text"), at);
    html! {
        div.alert.warn {
            h2 { (context.language.text("products-deleted-title")) }
            p { (text) }
            @if context.may(Permission::DeleteProducts) {
                (restore_form(context, product.id, submission, "products-restore"))
            }
        }
    }
}

fn details(context: &Context, product: &Product) -> Markup {
    let text = |key| context.language.text(key);
    let (times, units) = (TimeFormat::new(context.language), Units::new(context.language));
    let category = Filter { category: product.category.clone(), ..Filter::default() };
    let category = Query { filters: category, ..Query::default() };
    html! {
        dl.details {
            div { dt { (text("products-code")) } dd { code { (product.code) } } }
            div.units { dt { (text("products-units")) } dd data-unit=(units.unit) { (units.number(product.units)) } }
            div { dt { (text("products-category")) } dd { a href=(category.href()) { (product.category) } } }
            div.wide { dt { (text("products-description")) } dd.prose { (product.description) } }
            div.saved { dt { (text("products-updated")) } dd { (times.time(product.updated_at)) " · " bdi { (product.updated_by) } } }
            div { dt { (text("products-created")) } dd { (times.time(product.created_at)) } }
        }
    }
}
