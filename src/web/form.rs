//! What was typed into a form, and what is wrong with it.

use std::collections::BTreeMap;

use super::{Fields, Message};
use crate::text;

/// A form between the person and the database: values as typed (trimmed), a message per wrong field,
/// and the idempotency key of this rendering.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: BTreeMap<&'static str, String>,
    errors: BTreeMap<&'static str, Message>,
    /// Whether it was typed before its sender signed in, and is not saved yet.
    pub is_restored: bool,
    /// What it is kept under, if it was.
    pub draft: String,
    /// The value of the hidden field `_submission`; empty where a form needs none.
    pub submission: String,
}

impl Form {
    /// An empty form with its key.
    pub fn with_submission(submission: String) -> Self {
        Self { submission, ..Self::default() }
    }

    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    pub fn set(&mut self, field: &'static str, value: impl Into<String>) {
        self.values.insert(field, value.into());
    }

    /// Checks a line of text that must be there: at most so many characters, none of them control characters,
    /// nor such as nobody can see.
    pub fn check_text(&mut self, field: &'static str, longest: usize) {
        self.check(field, longest, char::is_control);
        if let Some(c) = text::invisible(self.value(field)) {
            let number = format!("U+{:04X}", u32::from(c));
            self.fail(field, Message::new("invisible-character").with("number", number));
        }
    }

    /// The same for a text of several lines. What nobody can see comes with what is pasted, and is left out: in a
    /// long text nobody could find it.
    pub fn check_lines(&mut self, field: &'static str, longest: usize) {
        self.set(field, text::visible(self.value(field)).trim());
        self.check(field, longest, |c| c.is_control() && c != '\n' && c != '\t');
    }

    /// Checks an e-mail address: what else is wrong with it is for a mail to find out.
    pub fn check_email(&mut self, field: &'static str) {
        self.check_text(field, 254);
        if self.error(field).is_none() && !is_address(self.value(field)) {
            self.fail(field, Message::new("email-invalid"));
        }
    }

    fn check(&mut self, field: &'static str, longest: usize, refused: fn(char) -> bool) {
        let value = self.value(field);
        let complaint = match value.chars().count() {
            _ if text::is_blank(value) => Message::new("required-field"),
            length if length > longest => {
                Message::new("too-long").with("max", u64::try_from(longest).unwrap_or(u64::MAX))
            }
            _ if value.contains(refused) => Message::new("bad-characters"),
            _ => return,
        };
        self.fail(field, complaint);
    }

    /// Takes fields as typed, without surrounding space and in one form of Unicode. Browsers send line ends as
    /// CR LF (HTML, section 4.10.22.4); one character each is what people count.
    pub fn take(&mut self, fields: &Fields, names: &[&'static str]) {
        fields.get("draft").clone_into(&mut self.draft);
        for name in names {
            self.set(name, text::composed(fields.get(name).replace("\r\n", "\n").trim()));
        }
    }

    /// The message beside a field; `""` is the form as a whole.
    pub fn error(&self, field: &str) -> Option<&Message> {
        self.errors.get(field)
    }

    /// Puts a message beside a field, unless it has one already.
    pub fn fail(&mut self, field: &'static str, message: Message) {
        self.errors.entry(field).or_insert(message);
    }

    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    /// Whether it holds what somebody typed and nothing has saved.
    pub fn is_unsaved(&self) -> bool {
        self.is_restored || !self.is_valid()
    }

    /// Fields with a message and their messages.
    pub fn errors(&self) -> impl Iterator<Item = (&'static str, &Message)> {
        self.errors.iter().map(|(field, message)| (*field, message))
    }
}

/// One `@` with something on both sides, no spaces: more is for a mail to prove.
fn is_address(text: &str) -> bool {
    let parts: Vec<&str> = text.split('@').collect();
    parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_has_one_at_sign_between_two_somethings() {
        for address in ["a@b", "josé@example.com", "a+b@c.d"] {
            assert!(super::is_address(address), "{address}");
        }
        for text in ["", "a", "@", "a@", "@b", "a@b@c", "a b@c"] {
            assert!(!super::is_address(text), "{text}");
        }
    }
}
