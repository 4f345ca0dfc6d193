//! The list of people.

use maud::{Markup, html};

use crate::people::directory::{Filter, Listing, Query, Row, State};
use crate::web::{Context, Role, TimeFormat, address, layout, list, page, tabs};

/// The whole page.
pub fn page(context: &Context, listing: &Listing) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("people-title");
    let invite = html! { a.button.primary href="/users/invitations" { (text("people-invite")) } };
    let main = html! {
        (tabs(context, "/users"))
        (page::heading(context, &title, invite))
        (filter(context, &listing.query))
        (section(context, listing))
    };
    layout(context, &title, main)
}

fn filter(context: &Context, query: &Query) -> Markup {
    let Filter { q, role, state } = &query.filters;
    let roles = Role::ALL.into_iter().map(|role| (role.key(), role.name(context.language)));
    let states = State::ALL.into_iter().map(|state| (state.key(), context.language.text(state_text(state))));
    let (role, state) = (role.map_or("", Role::key), state.map_or("", State::key));
    let controls = html! {
        (list::search(context, ("q", q), "people-search", "people-search-placeholder"))
        (list::choice(context, ("role", role), ("people-role", "people-all-roles"), roles))
        (list::choice(context, ("state", state), ("people-state", "people-all-states"), states))
    };
    list::form::<Filter>(context, controls)
}

fn state_text(state: State) -> &'static str {
    match state {
        State::Enabled => "people-enabled",
        State::Disabled => "people-disabled",
    }
}

/// What changes with the filters, the order and the page.
pub fn section(context: &Context, listing: &Listing) -> Markup {
    let shown = context.language.number(listing.total);
    let count = context
        .language
        .text_with("people-count", &[("count", listing.total.into()), ("shown", shown.into())]);
    let content = html! {
        (list::summary(context, &listing.query, &count, html! {}))
        @if listing.rows.is_empty() {
            (list::empty(context, "people-none-title", "people-none-text", html! {}))
        } @else {
            (table(context, listing))
            (list::pager(context, listing))
        }
    };
    list::section::<Filter>(context, "people-list", content)
}

fn table(context: &Context, listing: &Listing) -> Markup {
    let times = TimeFormat::new(context.language);
    html! {
        table.listed #people-table {
            (list::headings(context, &listing.query))
            tbody { @for row in &listing.rows { (person(context, &times, row)) } }
        }
    }
}

fn person(context: &Context, times: &TimeFormat, row: &Row) -> Markup {
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
                @if let Some(at) = row.last_seen_at { (times.time(at)) } @else { (text("people-never")) }
            }
            td data-label=(text("people-created")) { (times.time(row.created_at)) }
        }
    }
}
