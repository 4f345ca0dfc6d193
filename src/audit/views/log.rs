//! The audit log.

use maud::{Markup, html};
use time::{Date, PrimitiveDateTime};

use super::words;
use crate::audit::Event;
use crate::audit::query::{Entry, Filter, Page, Query};
use crate::id::Id;
use crate::web::{Context, Filters, Message, Step, TimeFormat, address, layout, list, page, tabs};

/// The whole page. `shortened` is up to when refusals were removed, since there were too many entries.
pub fn page(context: &Context, query: &Query, page: &Page, shortened: Option<PrimitiveDateTime>) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("log-title");
    let main = html! {
        (tabs(context, "/users/log"))
        (page::heading(context, &title, html! {}))
        @if let Some(until) = shortened {
            p.notice {
                (TimeFormat::new(context.language).sentence(Message::new("log-shortened"), until)) " "
                a href={ "/users/log?event=" (Event::LogShortened.key()) } { (text("log-shortened-link")) }
            }
        }
        (filter(context, &query.filters))
        p.hint { (text("log-folded")) }
        (section(context, query, page))
    };
    layout(context, &title, main)
}

fn filter(context: &Context, Filter { event, person, from, to }: &Filter) -> Markup {
    let text = |key| context.language.text(key);
    let event = event.map_or("", Event::key);
    let events =
        Event::ALL.into_iter().map(|event| (event.key(), words::event(context.language, event.key())));
    let day = |day: &Option<Date>| day.map(|day| day.to_string());
    let controls = html! {
        (list::choice(context, ("event", event), ("log-event", "log-all-events"), events))
        (list::search(context, ("person", person), "log-person", "log-person-placeholder"))
        label { (text("log-from")) " " input type="date" name="from" value=[day(from)]; }
        label { (text("log-to")) " " input type="date" name="to" value=[day(to)]; }
    };
    list::form::<Filter>(context, controls)
}

/// What changes with the filters and the page.
pub fn section(context: &Context, query: &Query, page: &Page) -> Markup {
    let export = list::href("/users/log.csv", &query.filters.pairs());
    let export = html! { a href=(export) download { (context.language.text("log-export")) } };
    let count = page.entries.len() as u64;
    let order = context.language.text_with("log-order", &[("count", count.into())]);
    let content = html! {
        (list::summary(context, query, &order, export))
        @if page.entries.is_empty() { (list::empty(context, "log-none-title", "log-none-text", html! {})) }
        @else { (table(context, &page.entries)) }
        (pager(context, &query.filters, page))
    };
    list::section::<Filter>(context, "log-list", content)
}

fn table(context: &Context, entries: &[Entry]) -> Markup {
    let text = |key| context.language.text(key);
    let times = TimeFormat::new(context.language);
    let who = |id: Option<Id>, name: &str| {
        let email = address(&words::who(context.language, name));
        html! {
            @match id {
                Some(id) => a href={ "/users/" (id) } { (email) },
                None => @if !name.is_empty() { (email) },
            }
        }
    };
    let labels = ["log-at", "log-event", "log-actor", "log-subject", "log-detail", "log-address"];
    html! {
        table.listed.log #log-table {
            (list::labels(context, &labels, None))
            tbody {
                @for entry in entries {
                    tr {
                        td { (times.time(entry.at)) }
                        th scope="row" { (words::event(context.language, &entry.event)) }
                        td data-label=(text("log-actor")) { (who(entry.actor_id, &entry.actor)) }
                        td data-label=(text("log-subject")) {
                            // What people do to themselves is said once.
                            @if entry.subject != entry.actor { (who(entry.subject_id, &entry.subject)) }
                        }
                        td data-label=(text("log-detail")) { (detail(context, &times, entry)) }
                        td data-label=[(!entry.address.is_empty()).then(|| text("log-address"))] {
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
fn detail(context: &Context, times: &TimeFormat, entry: &Entry) -> Markup {
    let (detail, since) = (words::detail(context.language, entry), entry.since.unwrap_or(entry.at));
    let sentence = |key, name, number| {
        let message = Message::new(key).with(name, context.language.number(number));
        times.sentence(message, since)
    };
    match (Event::from_key(&entry.event), detail.parse()) {
        (Some(Event::LogShortened), Ok(rows)) => sentence("log-removed", "rows", rows),
        _ => html! {
            @if !detail.is_empty() { bdi { (detail) } }
            @if entry.times > 1 {
                @if !detail.is_empty() { " · " }
                (sentence("log-times", "times", entry.times.into()))
            }
        },
    }
}

/// Newer and older: a log grows while it is read, so its pages have no numbers.
fn pager(context: &Context, filter: &Filter, page: &Page) -> Markup {
    if !page.has_newer && !page.has_older {
        return html! {};
    }
    let from = |name, entry: Option<&Entry>| {
        let id = entry?.id.to_string().into();
        Some(list::href(Filter::PATH, &[filter.pairs(), vec![(name, id)]].concat()))
    };
    let newest =
        (page.has_newer || page.entries.is_empty()).then(|| list::href(Filter::PATH, &filter.pairs()));
    let newer = from("newer", page.entries.first().filter(|_| page.has_newer));
    let older = from("older", page.entries.last().filter(|_| page.has_older));
    let before = [Step("first", "log-newest", newest), Step("previous", "log-newer", newer)];
    list::steps(context, &before, html! {}, &[Step("next", "log-older", older)])
}

/// An entry as a line of a short list.
pub fn line(context: &Context, entry: &Entry) -> Markup {
    let times = TimeFormat::new(context.language);
    let detail = detail(context, &times, entry);
    let who = |name: &str| address(&words::who(context.language, name));
    html! {
        li {
            strong { (words::event(context.language, &entry.event)) }
            code { (words::common(context.language, &entry.address)) }
            span {
                (times.time(entry.at))
                @if !entry.actor.is_empty() { " · " (who(&entry.actor)) }
                @if !entry.subject.is_empty() && entry.subject != entry.actor { " → " (who(&entry.subject)) }
                @if !detail.0.is_empty() { " · " (detail) }
            }
        }
    }
}
