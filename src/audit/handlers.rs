//! The audit log, for administrators.

use futures_util::stream;
use poem::http::{StatusCode, header};
use poem::{Body, Request, Response, handler};
use serde::Deserialize;
use time::Date;
use time::macros::format_description;

use super::Event;
use super::query::{self, Entry, Filter, Page, Place};
use super::views;
use crate::app::App;
use crate::error::Result;
use crate::id::Id;
use crate::web::permission::ManagePeople;
use crate::web::{Context, May, answer};

const PER_PAGE: usize = 50;
/// Rows that an export holds in memory at a time.
const BATCH: usize = 1000;

/// The filters as sent. Invalid ones are ignored.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Parameters {
    event: String,
    person: String,
    from: String,
    to: String,
    older: String,
    newer: String,
}

impl Parameters {
    fn filter(&self) -> Filter {
        Filter {
            event: Event::from_key(&self.event),
            person: self.person.trim().chars().take(254).collect(),
            from: day(&self.from),
            to: day(&self.to),
        }
    }

    fn place(&self) -> Place {
        match (self.older.parse::<Id>(), self.newer.parse::<Id>()) {
            (Ok(id), _) => Place::OlderThan(id),
            (_, Ok(id)) => Place::NewerThan(id),
            _ => Place::Newest,
        }
    }
}

/// A day as `<input type="date">` sends it, if MySQL can store it.
fn day(text: &str) -> Option<Date> {
    let day = Date::parse(text.trim(), format_description!("[year]-[month]-[day]")).ok()?;
    (1000..=9998).contains(&day.year()).then_some(day)
}

/// The log, newest first.
#[handler]
pub async fn index(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    request: &Request,
) -> Result<Response> {
    let parameters = request.params::<Parameters>().unwrap_or_default();
    let (filter, place) = (parameters.filter(), parameters.place());
    let page = load(app, &filter, place, PER_PAGE).await?;
    if context.partial {
        return Ok(answer::ok(views::log::section(&context, &filter, &page)));
    }
    let shortened = app.users.run(async |connection| query::shortened(connection).await).await?;
    Ok(answer::ok(views::log::page(&context, &filter, &page, shortened)))
}

async fn load(app: &App, filter: &Filter, place: Place, rows: usize) -> Result<Page> {
    app.users.run(async |connection| query::load(filter, place, rows, connection).await).await
}

/// The whole log as CSV, streamed.
#[handler]
pub async fn export(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    request: &Request,
) -> Result<Response> {
    let filter = request.params::<Parameters>().unwrap_or_default().filter();
    // The first rows before anything is sent: a failure here still is an error page.
    let first = load(app, &filter, Place::Newest, BATCH).await?;
    let (app, language) = (app.clone(), context.language);
    let head = views::csv::head(language);
    let batches = stream::try_unfold((Some(first), head), move |(page, before)| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let Some(page) = page else { return Ok::<_, std::io::Error>(None) };
            let text = before + views::csv::rows(language, &page.entries).as_str();
            let next = match page.entries.last() {
                Some(Entry { id, .. }) if page.has_older => {
                    let next = load(&app, &filter, Place::OlderThan(*id), BATCH).await;
                    // Aborts the download: half a file must not look like a whole one.
                    Some(next.map_err(std::io::Error::other)?)
                }
                _ => None,
            };
            Ok(Some((text.into_bytes(), (next, String::new()))))
        }
    });
    Ok(Response::builder()
        .status(StatusCode::OK)
        .header(header::CONTENT_TYPE, "text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, "attachment; filename=\"bodega-log.csv\"")
        .header(header::CACHE_CONTROL, "no-store")
        .body(Body::from_bytes_stream(batches)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days_and_nothing_else() {
        assert_eq!(day("2026-02-28").map(|day| day.to_string()), Some("2026-02-28".into()));
        for text in ["", "2026-02-30", "26-2-1", "tomorrow", "0001-01-01", "2026-01-01T00:00", "99999-01-01"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
