//! The audit log.

use maud::{Markup, html};
use time::PrimitiveDateTime;

use super::words;
use crate::audit::Event;
use crate::audit::query::{Entry, Filter, Page};
use crate::id::Id;
use crate::web::moment::Moments;
use crate::web::page::page as layout;
use crate::web::{Context, Message, pager, tabs};

/// The whole page. `shortened` is up to when refusals were removed, since there were too many entries.
pub fn page(context: &Context, filter: &Filter, page: &Page, shortened: Option<PrimitiveDateTime>) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("log-title");
    let main = html! {
        (tabs(context, "/users/log"))
        div.heading { h1 tabindex="-1" { (title) } }
        @if let Some(until) = shortened {
            p.notice {
                (Moments::new(context.language).sentence(Message::new("log-shortened"), until)) " "
                a href={ "/users/log?event=" (Event::LogShortened.key()) } { (text("log-shortened-link")) }
            }
        }
        (form(context, filter))
        p.hint { (text("log-folded")) }
        (section(context, filter, page))
    };
    layout(context, &title, main)
}

fn form(context: &Context, filter: &Filter) -> Markup {
    let text = |key| context.language.text(key);
    let day = |day: Option<time::Date>| day.map(|day| day.to_string());
    html! {
        search {
            form #filter .log action="/users/log" hx-get="/users/log" hx-target="#log-list" hx-swap="outerHTML"
                hx-replace-url="true" hx-sync="#log-list:replace" hx-trigger="input delay:400ms, submit" {
                select name="event" aria-label=(text("log-event")) autocomplete="off" {
                    option value="" { (text("log-all-events")) }
                    @for event in Event::ALL {
                        option value=(event.key()) selected[filter.event == Some(event)] {
                            (words::event(context.language, event.key()))
                        }
                    }
                }
                input type="search" name="person" value=(filter.person) aria-label=(text("log-person"))
                    placeholder=(text("log-person-placeholder")) autocomplete="off" spellcheck="false"
                    autocapitalize="none";
                label { (text("log-from")) " " input type="date" name="from" value=[day(filter.from)]; }
                label { (text("log-to")) " " input type="date" name="to" value=[day(filter.to)]; }
                button { (text("products-search-submit")) }
            }
        }
    }
}

/// `<section id="log-list">`: what changes with the filters and the page.
pub fn section(context: &Context, filter: &Filter, page: &Page) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        section #log-list tabindex="-1" aria-label=(text("log-list")) {
            div.summary {
                p { (text("log-order")) }
                a href=(filter.href("/users/log.csv", &[])) download { (text("log-export")) }
                @if *filter != Filter::default() { a href="/users/log" { (text("products-clear")) } }
            }
            @if page.entries.is_empty() {
                div.empty { h2 { (text("log-none-title")) } p { (text("log-none-text")) } }
            } @else {
                (table(context, &page.entries))
            }
            (ways(context, filter, page))
        }
    }
}

fn table(context: &Context, entries: &[Entry]) -> Markup {
    let text = |key| context.language.text(key);
    let moments = Moments::new(context.language);
    let who = |id: Option<Id>, email: &str| {
        let email = words::common(context.language, email);
        html! {
            @match id {
                Some(id) => a href={ "/users/" (id) } { bdi { (email) } },
                None => @if !email.is_empty() { bdi { (email) } },
            }
        }
    };
    html! {
        table.listed.log #log-table {
            thead { tr {
                @for label in ["log-at", "log-event", "log-actor", "log-subject", "log-detail", "log-address"] {
                    th scope="col" { span { (text(label)) } }
                }
            } }
            tbody {
                @for entry in entries {
                    tr {
                        td { (moments.time(entry.at)) }
                        th scope="row" { (words::event(context.language, &entry.event)) }
                        td data-label=(text("log-actor")) { (who(entry.actor_id, &entry.actor)) }
                        td data-label=(text("log-subject")) {
                            // What people do to themselves is said once.
                            @if entry.subject != entry.actor { (who(entry.subject_id, &entry.subject)) }
                        }
                        td data-label=(text("log-detail")) { (detail(context, &moments, entry)) }
                        td data-label=(text("log-address")) {
                            span title=(words::common(context.language, &entry.agent)) {
                                (words::common(context.language, &entry.address))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What else is known of an entry, and of how many it tells.
fn detail(context: &Context, moments: &Moments, entry: &Entry) -> Markup {
    let (detail, since) = (words::detail(context.language, entry), entry.since.unwrap_or(entry.at));
    let sentence = |key, name, number| {
        let message = Message::new(key).with(name, context.language.number(number));
        moments.sentence(message, since)
    };
    match (Event::from_key(&entry.event), detail.parse()) {
        (Some(Event::LogShortened), Ok(rows)) => sentence("log-removed", "rows", rows),
        _ => html! {
            (detail)
            @if entry.times > 1 {
                @if !detail.is_empty() { " · " }
                (sentence("log-times", "times", entry.times.into()))
            }
        },
    }
}

/// Newer and older: a log grows while it is read, so its pages have no numbers.
fn ways(context: &Context, filter: &Filter, page: &Page) -> Markup {
    let text = |key| context.language.text(key);
    let (first, last) = (page.entries.first(), page.entries.last());
    let newer = first.filter(|_| page.has_newer).map(|entry| ("newer", entry.id.to_string()));
    let older = last.filter(|_| page.has_older).map(|entry| ("older", entry.id.to_string()));
    let newest = (page.has_newer || page.entries.is_empty()).then(|| filter.href("/users/log", &[]));
    let to = |place: Option<(&'static str, String)>| place.map(|place| filter.href("/users/log", &[place]));
    html! {
        @if page.has_newer || page.has_older {
            nav.pager aria-label=(text("products-pages")) {
                (pager::step("first", &text("log-newest"), newest))
                (pager::step("previous", &text("log-newer"), to(newer)))
                (pager::step("next", &text("log-older"), to(older)))
            }
        }
    }
}

/// An entry as a line of a short list.
pub fn line(context: &Context, entry: &Entry) -> Markup {
    let moments = Moments::new(context.language);
    let detail = detail(context, &moments, entry);
    let common = |text: &str| words::common(context.language, text);
    html! {
        li {
            strong { (words::event(context.language, &entry.event)) }
            code { (common(&entry.address)) }
            span {
                (moments.time(entry.at))
                @if !entry.actor.is_empty() { " · " bdi { (common(&entry.actor)) } }
                @if !entry.subject.is_empty() && entry.subject != entry.actor { " → " bdi { (common(&entry.subject)) } }
                @if !detail.0.is_empty() { " · " (detail) }
            }
        }
    }
}
