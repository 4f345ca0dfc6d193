//! What narrows the list: words and a category.

use maud::{Markup, html};

use crate::products::listing::{Listing, Query, Sort};
use crate::text;
use crate::web::Context;

/// The form stands outside the section that it changes, so that the box keeps focus and caret.
/// Its button is for visitors without the script.
pub fn form(context: &Context, listing: &Listing) -> Markup {
    let text = |key| context.language.text(key);
    let label = text("products-search");
    html! {
        search {
            form #filter action="/products" hx-get="/products" hx-target="#product-list" hx-swap="outerHTML"
                hx-replace-url="true" hx-sync="#product-list:replace" hx-trigger="input delay:250ms, submit" {
                input #filter-q type="search" name="q" value=(listing.query.q) aria-label=(label)
                    placeholder=(text("products-search-placeholder")) autocomplete="off" spellcheck="false"
                    enterkeyhint="search";
                select #filter-category name="category" aria-label=(text("products-category-filter")) autocomplete="off" {
                    (categories(context, listing))
                }
                button { (text("products-search-submit")) }
            }
        }
    }
}

fn categories(context: &Context, listing: &Listing) -> Markup {
    let chosen = &listing.query.category;
    let is_known = listing.categories.iter().any(|category| category.name == *chosen);
    html! {
        option value="" { (context.language.text("products-all-categories")) }
        @if !chosen.is_empty() && !is_known { option selected { (chosen) } }
        @for category in &listing.categories {
            option value=(category.name) selected[category.name == *chosen] {
                (text::isolated(&category.name)) " (" (context.language.number(category.products)) ")"
            }
        }
    }
}

/// The order as hidden fields of the form above. They stand in the section, since they change with it.
pub fn order(listing: &Listing) -> Markup {
    let Query { sort, descending, .. } = listing.query;
    html! {
        @if sort != Sort::default() || descending {
            input type="hidden" form="filter" name="sort" value=(sort.key());
            input type="hidden" form="filter" name="dir" value=(if descending { "desc" } else { "asc" });
        }
    }
}
