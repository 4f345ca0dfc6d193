//! The list of people.

use maud::{Markup, html};

use crate::people::directory::{Listing, Query, Row, Sort, State};
use crate::web::moment::Moments;
use crate::web::page::page as layout;
use crate::web::{Context, Role, address, pager, tabs};

/// The whole page.
pub fn page(context: &Context, listing: &Listing) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("people-title");
    let main = html! {
        (tabs(context, "/users"))
        div.heading {
            h1 tabindex="-1" { (title) }
            a.button.primary href="/users/invitations" { (text("people-invite")) }
        }
        (filter(context, &listing.query))
        (section(context, listing))
    };
    layout(context, &title, main)
}

/// The form stands outside the section that it changes, so that the box keeps focus and caret. Its
/// button is for visitors without the script.
fn filter(context: &Context, query: &Query) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        search {
            form #filter action="/users" hx-get="/users" hx-target="#people-list" hx-swap="outerHTML"
                hx-replace-url="true" hx-sync="#people-list:replace" hx-trigger="input delay:250ms, submit" {
                input #filter-q type="search" name="q" value=(query.q) aria-label=(text("people-search"))
                    placeholder=(text("people-search-placeholder")) autocomplete="off" spellcheck="false"
                    enterkeyhint="search";
                select name="role" aria-label=(text("people-role")) autocomplete="off" {
                    option value="" { (text("people-all-roles")) }
                    @for role in Role::ALL {
                        option value=(role.key()) selected[query.role == Some(role)] { (role.name(context.language)) }
                    }
                }
                select name="state" aria-label=(text("people-state")) autocomplete="off" {
                    option value="" { (text("people-all-states")) }
                    @for state in State::ALL {
                        option value=(state.key()) selected[query.state == Some(state)] { (text(state_text(state))) }
                    }
                }
                button { (text("products-search-submit")) }
            }
        }
    }
}

fn state_text(state: State) -> &'static str {
    match state {
        State::Enabled => "people-enabled",
        State::Disabled => "people-disabled",
    }
}

/// `<section id="people-list">`: what changes with the filters, the order and the page.
pub fn section(context: &Context, listing: &Listing) -> Markup {
    let (text, query) = (|key| context.language.text(key), &listing.query);
    let arguments =
        [("count", listing.total.into()), ("shown", context.language.number(listing.total).into())];
    html! {
        section #people-list tabindex="-1" aria-label=(text("people-list")) {
            div.summary {
                p role="status" { (context.language.text_with("people-count", &arguments)) }
                @if query.is_filtered() { a href="/users" { (text("products-clear")) } }
                @if query.sort != Sort::default() || query.descending {
                    input type="hidden" form="filter" name="sort" value=(query.sort.key());
                    input type="hidden" form="filter" name="dir" value=(if query.descending { "desc" } else { "asc" });
                }
            }
            @if listing.rows.is_empty() {
                div.empty { h2 { (text("people-none-title")) } p { (text("people-none-text")) } }
            } @else {
                (table(context, listing))
                (pager::pages(context, query.page, listing.pages, &|page| query.at_page(page).href()))
            }
        }
    }
}

fn table(context: &Context, listing: &Listing) -> Markup {
    let moments = Moments::new(context.language);
    html! {
        table.listed #people-table {
            thead { tr data-label=(context.language.text("products-sort")) {
                @for sort in Sort::ALL { (heading(context, &listing.query, sort)) }
            } }
            tbody { @for row in &listing.rows { (person(context, &moments, row)) } }
        }
    }
}

fn heading(context: &Context, query: &Query, sort: Sort) -> Markup {
    let order = if query.descending { "descending" } else { "ascending" };
    html! {
        th scope="col" aria-sort=[(query.sort == sort).then_some(order)] {
            a id={ "sort-" (sort.key()) } href=(query.sorted_by(sort).href()) { (context.language.text(label(sort))) }
        }
    }
}

fn label(sort: Sort) -> &'static str {
    match sort {
        Sort::Name => "people-name",
        Sort::Email => "users-email",
        Sort::Role => "people-role",
        Sort::Seen => "people-seen",
        Sort::Created => "people-created",
    }
}

fn person(context: &Context, moments: &Moments, row: &Row) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        tr id={ "person-" (row.id) } {
            th scope="row" {
                a href={ "/users/" (row.id) } { bdi { (row.first_name) " " (row.last_name) } }
                @if row.disabled_at.is_some() { " " em { (text("people-disabled-one")) } }
            }
            td { (address(&row.email)) }
            td { (Role::name_of(&row.role, context.language)) }
            td data-label=(text("people-seen")) {
                @if let Some(at) = row.last_seen_at { (moments.time(at)) } @else { (text("people-never")) }
            }
            td data-label=(text("people-created")) { (moments.time(row.created_at)) }
        }
    }
}
