//! The audit log, for administrators.

use futures_util::stream;
use poem::http::{StatusCode, header};
use poem::{Body, Request, Response, handler};

use super::query::{self, Entry, Filter, Page, Place, Query};
use super::views;
use crate::app::App;
use crate::error::Result;
use crate::web::{Context, Parameters, answer};

const PER_PAGE: usize = 50;
/// Rows that an export holds in memory at a time.
const BATCH: usize = 1000;

/// The log, newest first.
#[handler]
pub async fn index(app: &App, context: Context, query: Query, request: &Request) -> Result<Response> {
    let page = load(app, &query.filters, Place::read(&Parameters::of(request)), PER_PAGE).await?;
    if context.partial {
        return Ok(answer::ok(views::log::section(&context, &query, &page)));
    }
    let shortened = app.users.run(async |connection| query::shortened(connection).await).await?;
    Ok(answer::ok(views::log::page(&context, &query, &page, shortened)))
}

async fn load(app: &App, filter: &Filter, place: Place, rows: usize) -> Result<Page> {
    app.users.run(async |connection| query::load(filter, place, rows, connection).await).await
}

/// The whole log as CSV, streamed.
#[handler]
pub async fn export(app: &App, context: Context, Query { filters: filter, .. }: Query) -> Result<Response> {
    // The first rows before anything is sent: what fails then is still an error page.
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
