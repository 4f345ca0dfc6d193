//! The security log as a file for spreadsheets (RFC 4180, UTF-8 with a byte order mark, which Excel needs).

use time::PrimitiveDateTime;

use crate::users::entry::Entry;
use crate::web::Language;

/// The first line.
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
    format!("\u{feff}{}", line(labels.iter().map(String::as_str)))
}

/// A line for each entry. Events by their names in the database, which do not change with the language.
pub fn rows(entries: &[Entry]) -> String {
    entries.iter().map(row).collect()
}

fn row(entry: &Entry) -> String {
    let (at, times) = (moment(entry.at), entry.times.to_string());
    let since = entry.since.map(moment).unwrap_or_default();
    line([
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
    ])
}

fn moment(at: PrimitiveDateTime) -> String {
    format!("{} {:02}:{:02}:{:02}.{:06}", at.date(), at.hour(), at.minute(), at.second(), at.microsecond())
}

fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

/// A quoted cell. What a spreadsheet would take for a formula gets an apostrophe before it: visitors choose
/// the address they try and the name of their browser.
fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_a_formula_or_ends_the_cell() {
        for (text, expected) in [
            ("ana@example.com", "\"ana@example.com\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            (" =1", "\"' =1\""),
            ("\t=1", "\"'\t=1\""),
            ("a\"b,c\r\nd", "\"a\"\"b,c\r\nd\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }
}
