//! Adding to the audit log: a log line for each event, and a row for each or, of refusals, for many alike (`folds`).
//! Neither holds a secret. The application may add rows, and do nothing else to the table.

mod folds;
mod writer;

pub use writer::Writer;

use poem::Request;

use super::event::Event;
use super::source::{Source, Who};
use crate::app::App;
use crate::web::Permission;

/// Records that somebody was refused (403), in the background.
pub fn refused(request: &Request, permission: Permission) {
    let Some(app) = request.data::<App>().cloned() else { return };
    let detail = format!("{permission:?} {} {}", request.method(), request.original_uri().path());
    record_later(&app, Source::of(request), Event::Refused, Who::default(), detail);
}

/// Adds an entry that belongs to no transaction, in the background.
pub fn record_later(app: &App, source: Source, event: Event, subject: Who, detail: String) {
    let row = source.row(event, subject, &detail);
    row.tell();
    writer(app).take(row, event.is_refusal());
}

/// The background task that writes.
pub fn writer(app: &App) -> &Writer {
    app.kept()
}
