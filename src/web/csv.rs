//! CSV for spreadsheets (RFC 4180): UTF-8 with the byte order mark that Excel needs, and the separator that
//! spreadsheets of the language expect.

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::Language;

/// Begins the first line.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Lines of a file.
pub struct CsvLines(Writer<Vec<u8>>);

impl CsvLines {
    pub fn new(language: Language) -> Self {
        let separator = match language {
            Language::Spanish => b';',
            Language::English => b',',
        };
        let mut builder = WriterBuilder::new();
        builder.delimiter(separator).quote_style(QuoteStyle::Always).terminator(Terminator::CRLF);
        Self(builder.from_writer(Vec::new()))
    }

    /// Adds a line, with as many cells as the others.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        let cells = cells.into_iter().map(harmless);
        self.0.write_record(cells.map(String::into_bytes)).expect("memory does not fail to write");
    }

    /// The lines so far.
    pub fn into_text(self) -> String {
        let bytes = self.0.into_inner().expect("memory does not fail to write");
        String::from_utf8(bytes).expect("made of texts")
    }
}

/// A text without formulas: an apostrophe goes before whatever would begin one, also within the cell, after what a
/// spreadsheet of another country takes for a separator. Visitors control some cells, such as the address they try.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    // Where an apostrophe would go; none once anything but blanks and quotes has come.
    let mut beginning = Some(0);
    for c in text.chars() {
        if let Some(place) = beginning
            && "=+-@＝＋－＠".contains(c)
        {
            harmless.insert(place, '\'');
        }
        harmless.push(c);
        let is_end = matches!(c, ';' | ',' | '\u{2028}' | '\u{2029}') || c.is_control();
        match is_end {
            true => beginning = Some(harmless.len()),
            false if c.is_whitespace() || c == '"' => {}
            false => beginning = None,
        }
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(language: Language, cells: &[&str]) -> String {
        let mut lines = CsvLines::new(language);
        lines.push(cells.iter().copied());
        lines.into_text()
    }

    #[test]
    fn nothing_in_a_cell_is_a_formula_or_ends_the_cell() {
        for (text, expected) in [
            ("ana@example.com", "\"ana@example.com\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            (" =1", "\"' =1\""),
            ("＝1", "\"'＝1\""),
            ("\t=1", "\"\t'=1\""),
            (";=1;", "\";'=1;\""),
            ("a, =1", "\"a,' =1\""),
            ("a;\"=1\"", "\"a;'\"\"=1\"\"\""),
            ("\"=1", "\"'\"\"=1\""),
            ("a\r\n-1", "\"a\r\n'-1\""),
            ("a-1; b, c=2", "\"a-1; b, c=2\""),
            ("a\"b,c\r\nd", "\"a\"\"b,c\r\nd\""),
            ("", "\"\""),
        ] {
            assert_eq!(line(Language::English, &[text]), format!("{expected}\r\n"), "{text:?}");
        }
    }

    #[test]
    fn cells_are_parted_as_spreadsheets_of_the_language_expect() {
        assert_eq!(line(Language::Spanish, &["a", "b"]), "\"a\";\"b\"\r\n");
        assert_eq!(line(Language::English, &["a", "b"]), "\"a\",\"b\"\r\n");
    }
}
