//! Points in time as people read them.

use maud::{Markup, html};
use time::PrimitiveDateTime;

use super::{Language, Message};

/// Stands for the time while a sentence is put into words; in no text of ours.
const PLACE: &str = "\u{1}";

/// Writes times in a language. Make one for a page and use it for all its times: the names of the
/// months are looked up once.
pub struct TimeFormat {
    language: Language,
    months: String,
}

impl TimeFormat {
    pub fn new(language: Language) -> Self {
        Self { language, months: language.text("site-months") }
    }

    /// `<time>` with the UTC time in words; the script turns it into the viewer's own zone.
    pub fn time(&self, utc: PrimitiveDateTime) -> Markup {
        html! { time datetime=(machine(utc)) { (self.words(utc)) } }
    }

    /// A sentence with the time in the place of its `$when`.
    pub fn sentence(&self, message: Message, utc: PrimitiveDateTime) -> Markup {
        let text = message.with("when", PLACE.to_owned()).text(self.language);
        let (before, after) = text.split_once(PLACE).unwrap_or((&text, ""));
        html! { (before) (self.time(utc)) (after) }
    }

    /// "12 mar 2026, 09:05 UTC"
    fn words(&self, utc: PrimitiveDateTime) -> String {
        let month = self.months.split(' ').nth(usize::from(u8::from(utc.month())) - 1);
        format!(
            "{} {} {}, {:02}:{:02} UTC",
            utc.day(),
            month.unwrap_or_default(),
            utc.year(),
            utc.hour(),
            utc.minute()
        )
    }
}

fn machine(utc: PrimitiveDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}Z",
        utc.year(),
        u8::from(utc.month()),
        utc.day(),
        utc.hour(),
        utc.minute()
    )
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_time_is_for_people_and_for_machines() {
        let text = TimeFormat::new(Language::Spanish).time(datetime!(2026-03-02 09:05)).into_string();
        assert_eq!(text, "<time datetime=\"2026-03-02T09:05Z\">2 mar 2026, 09:05 UTC</time>");
    }

    #[test]
    fn every_language_names_twelve_months() {
        for language in Language::ALL {
            assert_eq!(TimeFormat::new(language).months.split(' ').count(), 12, "{language:?}");
        }
    }
}
