//! What the first page looks like.

use maud::{Markup, html};

use crate::products::{COUNTED, Overview, ProductRow, Query, Sort};
use crate::web::{Context, Language, Permission, TimeFormat, layout, page};

/// For visitors: what this is, how to sign in or register.
pub fn welcome(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let main = html! {
        div.welcome {
            div.statement {
                h1 tabindex="-1" { (text("home-welcome-headline")) }
                p.lead { (text("home-welcome-lead")) }
                p.actions {
                    a.button.primary href="/login" { (text("site-login")) }
                    a.button href="/register" { (text("site-register")) }
                }
            }
            (shelves())
        }
        dl.promises {
            (promise(&text("home-welcome-together-title"), &text("home-welcome-together")))
            (promise(&text("home-welcome-nothing-lost-title"), &text("home-welcome-nothing-lost")))
            (promise(&text("home-welcome-standing-title"), &text("home-welcome-standing")))
        }
    };
    layout(context, &text("home-welcome-title"), main)
}

fn promise(title: &str, text: &str) -> Markup {
    html! { div { dt { (title) } dd { (text) } } }
}

/// Shelves with boxes on them; coloured by the stylesheet.
fn shelves() -> Markup {
    html! {
        svg.shelves viewBox="0 0 320 260" aria-hidden="true" {
            path.frame d="M20 250V24M300 250V24M20 92h280M20 168h280M20 244h280" {}
            path.a d="M40 48h44v40H40zM150 60h52v28h-52zM60 124h66v40H60zM40 204h40v36H40zM214 196h66v44h-66z" {}
            path.b d="M92 34h46v54H92zM226 132h48v32h-48zM92 184h56v56H92z" {}
            path.c d="M236 44h36v44h-36zM140 138h70v26h-70z" {}
            path.gap d="M158 210h46v30h-46z" {}
            path.line d="M54 48v12M176 60v10M93 124v12M60 204v10M247 196v12" {}
        }
    }
}

/// For signed-in people: counts, and what needs attention.
pub fn overview(context: &Context, overview: &Overview) -> Markup {
    let language = context.language;
    let name = context.person.as_ref().map_or_else(String::new, |person| person.first_name.clone());
    let hello = language.text_with("home-overview-hello", &[("name", name.into())]);
    let new = html! {
        @if context.may(Permission::EditProducts) {
            a.button.primary href="/products/new" { (language.text("products-new")) }
        }
    };
    let main = html! {
        (page::heading(context, hello, new))
        (counts(language, overview))
        div.panels {
            (attention(language, overview))
            (recent(context, overview))
        }
    };
    layout(context, &language.text("home-overview-title"), main)
}

fn counts(language: Language, overview: &Overview) -> Markup {
    let (out, number) = (overview.out_of_stock, |number| language.number(number));
    html! {
        dl.counts {
            (count(language, "home-overview-products", number(overview.products), "/products", false))
            (count(language, "home-overview-categories", number(overview.categories), &sorted(Sort::Category, false), false))
            (count(language, "home-overview-out", at_most(language, out), &sorted(Sort::Units, false), out > 0))
        }
    }
}

/// A number, or that there are more.
fn at_most(language: Language, count: u64) -> String {
    match count > COUNTED {
        true => language.text_with("home-overview-more-than", &[("number", language.number(COUNTED).into())]),
        false => language.number(count),
    }
}

fn count(language: Language, label: &'static str, number: String, href: &str, is_warning: bool) -> Markup {
    html! { div.warn[is_warning] { dt { a href=(href) { (language.text(label)) } } dd { (number) } } }
}

/// The list in an order.
fn sorted(sort: Sort, descending: bool) -> String {
    Query { sort, descending, ..Query::default() }.href()
}

fn attention(language: Language, overview: &Overview) -> Markup {
    let text = |key| language.text(key);
    let is_more = overview.out_of_stock > overview.out_of_stock_rows.len() as u64;
    html! {
        section aria-labelledby="attention" {
            h2 #attention { (text("home-overview-attention")) }
            @if overview.out_of_stock_rows.is_empty() { p.calm { (text("home-overview-attention-none")) } }
            @else {
                ul.rows { @for row in &overview.out_of_stock_rows { (line(row, html! { bdi { (row.category) } })) } }
            }
            @if is_more { p.more { a href=(sorted(Sort::Units, false)) { (text("home-overview-attention-all")) } } }
        }
    }
}

fn recent(context: &Context, overview: &Overview) -> Markup {
    let text = |key| context.language.text(key);
    let times = TimeFormat::new(context.language);
    html! {
        section aria-labelledby="recent" {
            h2 #recent { (text("home-overview-recent")) }
            @if overview.recent.is_empty() {
                p.calm {
                    (text("products-none-title")) ". "
                    @if context.may(Permission::EditProducts) {
                        a href="/products/new" { (text("products-none-create")) }
                    }
                }
            } @else {
                ul.rows { @for row in &overview.recent { (line(row, times.time(row.updated_at))) } }
                p.more { a href=(sorted(Sort::Updated, true)) { (text("home-overview-recent-all")) } }
            }
        }
    }
}

fn line(row: &ProductRow, aside: Markup) -> Markup {
    html! {
        li { a href={ "/products/" (row.id) } { bdi { (row.name) } } code { (row.code) } span { (aside) } }
    }
}
