//! What lists look like.

use maud::{Markup, html};

use super::{Filters, Listing, Query, Sort};
use crate::web::Context;

/// `<section id="…-list">`: what changes with filters, order and page. A partial request is answered with it.
pub fn section<F: Filters>(context: &Context, label: &str, content: Markup) -> Markup {
    let id = format!("{}-list", F::NAME);
    html! {
        section id=(id) class="list" tabindex="-1" aria-label=(context.language.text(label))
            hx-target:inherited={ "#" (id) } hx-swap:inherited="outerHTML" hx-push-url:inherited="true"
            hx-sync:inherited={ "#" (id) ":replace" } {
            (content)
        }
    }
}

/// The filter form, outside the section that it changes, so that the box keeps focus and caret. The button is for
/// visitors without the script.
pub fn form<F: Filters>(context: &Context, controls: Markup) -> Markup {
    let target = format!("#{}-list", F::NAME);
    html! {
        search {
            form #filter action=(F::PATH) hx-get=(F::PATH) hx-target=(target) hx-swap="outerHTML"
                hx-replace-url="true" hx-sync={ (target) ":replace" } hx-trigger="input delay:250ms, submit" {
                (controls)
                button { (context.language.text("products-search-submit")) }
            }
        }
    }
}

/// A search box of the filter form.
pub fn search(context: &Context, (name, value): (&str, &str), label: &str, placeholder: &str) -> Markup {
    html! {
        input id={ "filter-" (name) } type="search" name=(name) value=(value) aria-label=(context.language.text(label))
            placeholder=(context.language.text(placeholder)) autocomplete="off" autocapitalize="none"
            spellcheck="false" enterkeyhint="search";
    }
}

/// A menu of the filter form. `all` labels the choice that narrows nothing; options are values and their texts.
pub fn choice<'a, T: AsRef<str>>(
    context: &Context,
    (name, chosen): (&str, &str),
    (label, all): (&str, &str),
    options: impl Iterator<Item = (&'a str, T)>,
) -> Markup {
    let options: Vec<_> = options.collect();
    let is_known = chosen.is_empty() || options.iter().any(|(value, _)| *value == chosen);
    html! {
        select id={ "filter-" (name) } name=(name) aria-label=(context.language.text(label)) autocomplete="off" {
            option value="" { (context.language.text(all)) }
            @if !is_known { option selected { (chosen) } }
            @for (value, text) in options {
                option value=(value) selected[value == chosen] { (text.as_ref()) }
            }
        }
    }
}

/// The line above the table: the total and a link that clears the filters. It also holds the order, as hidden fields of
/// the filter form, since the order changes with the section.
pub fn summary<F: Filters>(context: &Context, query: &Query<F>, total: &str, more: Markup) -> Markup {
    html! {
        div.summary {
            p id={ (F::NAME) "-total" } { (total) }
            (more)
            @if query.is_filtered() { a href=(F::PATH) { (context.language.text("products-clear")) } }
            @if query.is_sorted() {
                input type="hidden" form="filter" name="sort" value=(query.sort.key());
                input type="hidden" form="filter" name="dir" value=(query.dir());
            }
        }
    }
}

/// A table head whose headings sort.
pub fn headings<F: Filters>(context: &Context, query: &Query<F>) -> Markup {
    let order = if query.descending { "descending" } else { "ascending" };
    html! {
        thead { tr data-label=(context.language.text("products-sort")) {
            @for (sort, key, label) in F::Sort::COLUMNS {
                @let href = query.sorted_by(*sort).href();
                th .(key) scope="col" aria-sort=[(query.sort == *sort).then_some(order)] {
                    a id={ "sort-" (key) } href=(href) hx-get=(href) { (context.language.text(label)) }
                }
            }
        } }
    }
}

/// A table head in a fixed order. `unseen` names a column of buttons.
pub fn labels(context: &Context, labels: &[&str], unseen: Option<&str>) -> Markup {
    html! {
        thead { tr {
            @for label in labels { th scope="col" .(label) { span { (context.language.text(label)) } } }
            @if let Some(label) = unseen { th scope="col" .(label) { span.unseen { (context.language.text(label)) } } }
        } }
    }
}

/// Replaces a table without rows.
pub fn empty(context: &Context, title: &str, text: &str, more: Markup) -> Markup {
    html! {
        div.empty {
            h2 { (context.language.text(title)) }
            p { (context.language.text(text)) }
            (more)
        }
    }
}

/// First, previous, next and last page, if there is more than one.
pub fn pager<F: Filters, R>(context: &Context, listing: &Listing<F, R>) -> Markup {
    let (query, pages) = (&listing.query, listing.pages());
    if pages == 1 {
        return html! {};
    }
    let number = |number| context.language.number(number).into();
    let position = [("page", number(query.page)), ("pages", number(pages))];
    let to = |page| (page != query.page).then(|| query.at_page(page).href());
    let before = [
        Step("first", "products-page-first", to(1)),
        Step("previous", "products-page-previous", to(query.page.saturating_sub(1).max(1))),
    ];
    let after = [
        Step("next", "products-page-next", to((query.page + 1).min(pages))),
        Step("last", "products-page-last", to(pages)),
    ];
    steps(context, &before, html! { p { (context.language.text_with("products-page", &position)) } }, &after)
}

/// A step of a pager: its name, the key of its text, and its address if it leads anywhere.
pub struct Step<'a>(pub &'a str, pub &'a str, pub Option<String>);

/// A pager of any steps.
pub fn steps(context: &Context, before: &[Step], position: Markup, after: &[Step]) -> Markup {
    let step = |Step(name, text, href): &Step| {
        let text = context.language.text(text);
        html! {
            @if let Some(href) = href {
                a.(name) id={ "page-" (name) } href=(href) hx-get=(href) hx-swap="outerHTML show:top" { (text) }
            } @else {
                a.(name) role="link" aria-disabled="true" { (text) }
            }
        }
    };
    html! {
        nav.pager aria-label=(context.language.text("products-pages")) hx-push-url:inherited="true" {
            @for one in before { (step(one)) }
            (position)
            @for one in after { (step(one)) }
        }
    }
}
