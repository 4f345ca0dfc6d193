//! The audit log as CSV.

use time::PrimitiveDateTime;

use crate::audit::query::Entry;
use crate::web::{BYTE_ORDER_MARK, CsvLines, Language};

/// The header.
pub fn head(language: Language) -> String {
    let labels = [
        language.text("log-at-utc"),
        language.text("log-event"),
        language.text("log-actor"),
        language.text("log-subject"),
        language.text("log-detail"),
        language.text("log-address"),
        language.text("log-agent"),
        language.text("log-request"),
        language.text("log-count"),
        language.text("log-since-utc"),
    ];
    let mut lines = CsvLines::new(language);
    lines.push(labels.iter().map(String::as_str));
    format!("{BYTE_ORDER_MARK}{}", lines.into_text())
}

/// A line for each entry. Events by their names in the database, whatever the language.
pub fn rows(language: Language, entries: &[Entry]) -> String {
    let mut lines = CsvLines::new(language);
    for entry in entries {
        row(&mut lines, entry);
    }
    lines.into_text()
}

fn row(lines: &mut CsvLines, entry: &Entry) {
    let (at, times) = (moment(entry.at), entry.times.to_string());
    let since = entry.since.map(moment).unwrap_or_default();
    lines.push([
        at.as_str(),
        &entry.event,
        &entry.actor,
        &entry.subject,
        &entry.detail,
        &entry.address,
        &entry.agent,
        &entry.request_id,
        &times,
        &since,
    ]);
}

fn moment(at: PrimitiveDateTime) -> String {
    format!("{} {:02}:{:02}:{:02}.{:06}", at.date(), at.hour(), at.minute(), at.second(), at.microsecond())
}
