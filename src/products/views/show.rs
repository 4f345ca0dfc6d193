//! One product.

use maud::{Markup, html};
use time::PrimitiveDateTime;

use super::list::Units;
use crate::id::Id;
use crate::products::list::{Filter, Query};
use crate::products::product::Product;
use crate::web::{Context, Message, Permission, TimeFormat, button_form, layout, page};

/// The page of a product. `key` is that of its only form, which deletes or restores it.
pub fn page(context: &Context, product: &Product, key: &str) -> Markup {
    let actions = product.deleted_at.is_none().then(|| actions(context, product, key));
    let main = html! {
        (back(context))
        (page::heading(context, html! { bdi { (product.name) } }, actions.unwrap_or_default()))
        @if let Some(at) = product.deleted_at { (deleted(context, product, at, key)) }
        (details(context, product))
    };
    layout(context, &product.name, main)
}

/// A link back to the list.
pub fn back(context: &Context) -> Markup {
    html! { p.back { a href="/products" { (context.language.text("products-title")) } } }
}

fn actions(context: &Context, product: &Product, key: &str) -> Markup {
    let address = format!("/products/{}", product.id);
    let delete = html! { button.danger { (context.language.text("products-delete")) } };
    html! {
        div.actions {
            @if context.may(Permission::EditProducts) {
                a.button.primary href={ (address) "/edit" } { (context.language.text("products-edit")) }
            }
            @if context.may(Permission::DeleteProducts) {
                (button_form(&format!("{address}/delete"), key, delete))
            }
        }
    }
}

fn deleted(context: &Context, product: &Product, at: PrimitiveDateTime, key: &str) -> Markup {
    let text = TimeFormat::new(context.language).sentence(Message::new("products-deleted-text"), at);
    html! {
        div.alert.warn {
            h2 { (context.language.text("products-deleted-title")) }
            p { (text) }
            @if context.may(Permission::DeleteProducts) {
                (restore_form(context, product.id, key, "products-restore"))
            }
        }
    }
}

/// The form that restores a deleted product; `label` is the key of its button's text.
pub fn restore_form(context: &Context, id: Id, key: &str, label: &'static str) -> Markup {
    let button = html! { button { (context.language.text(label)) } };
    button_form(&format!("/products/{id}/restore"), key, button)
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
            div { dt { (text("products-category")) } dd { a href=(category.href()) { bdi { (product.category) } } } }
            div.wide { dt { (text("products-description")) } dd.prose dir="auto" { (product.description) } }
            div.saved { dt { (text("products-updated")) } dd { (times.time(product.updated_at)) " · " bdi { (product.updated_by) } } }
            div { dt { (text("products-created")) } dd { (times.time(product.created_at)) } }
        }
    }
}
