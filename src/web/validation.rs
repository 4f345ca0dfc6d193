//! What may be wrong with a text, wherever it comes from.

use super::Message;
use crate::text;

/// Names of fields, and what is wrong with them.
pub type Complaints = Vec<(&'static str, Message)>;

/// Fails with the complaints, if there are any.
pub fn all_well<const N: usize>(fields: [(&'static str, Option<Message>); N]) -> Result<(), Complaints> {
    let complaints: Complaints =
        fields.into_iter().filter_map(|(field, complaint)| Some((field, complaint?))).collect();
    if complaints.is_empty() { Ok(()) } else { Err(complaints) }
}

/// A line of text that must be there: at most so many characters, all of them visible.
pub fn line(value: &str, longest: usize) -> Option<Message> {
    required(value, longest, char::is_control).or_else(|| {
        let number = text::invisible(value).map(|c| format!("U+{:04X}", u32::from(c)))?;
        Some(Message::new("invisible-character").with("number", number))
    })
}

/// A text of several lines.
pub fn lines(value: &str, longest: usize) -> Option<Message> {
    required(value, longest, |c| c.is_control() && c != '\n' && c != '\t')
}

/// An e-mail address. Only a mail can show that it exists.
pub fn email(value: &str) -> Option<Message> {
    line(value, 254).or_else(|| (!is_address(value)).then(|| Message::new("email-invalid")))
}

fn required(value: &str, longest: usize, is_refused: fn(char) -> bool) -> Option<Message> {
    match value.chars().count() {
        _ if text::is_blank(value) => Some(Message::new("required-field")),
        length if length > longest => {
            Some(Message::new("too-long").with("max", u64::try_from(longest).unwrap_or(u64::MAX)))
        }
        _ => value.contains(is_refused).then(|| Message::new("bad-characters")),
    }
}

/// One `@` with something on both sides, no spaces.
fn is_address(text: &str) -> bool {
    let parts: Vec<&str> = text.split('@').collect();
    parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_sign_between_two_somethings() {
        for address in ["a@b", "josé@example.com", "a+b@c.d"] {
            assert!(is_address(address), "{address}");
        }
        for text in ["", "a", "@", "a@", "@b", "a@b@c", "a b@c"] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn a_text_is_there_fits_and_can_be_seen() {
        let key = |text: &str| line(text, 5).map(|message| message.key);
        for (text, expected) in [
            ("Uña", None),
            ("", Some("required-field")),
            (" \u{200b}", Some("required-field")),
            ("123456", Some("too-long")),
            ("a\nb", Some("bad-characters")),
            ("a\u{200b}b", Some("invisible-character")),
        ] {
            assert_eq!(key(text), expected, "{text:?}");
        }
        assert_eq!(lines("a\n\tb", 5), None);
    }
}
