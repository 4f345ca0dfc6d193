//! What was typed into a form, and what is wrong with it.

use std::collections::BTreeMap;

use super::validation::{self, Complaints};
use super::{Fields, Message};
use crate::text;

/// The values of a form as typed, a message for each wrong field, and the idempotency key of this rendering.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: BTreeMap<&'static str, String>,
    errors: BTreeMap<&'static str, Message>,
    /// Whether it was parked while its sender signed in, and is not saved yet.
    pub is_restored: bool,
    /// The id it is parked under, if it is.
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

    /// Checks a line of text.
    pub fn check_text(&mut self, field: &'static str, longest: usize) {
        self.fail_if(field, validation::line(self.value(field), longest));
    }

    /// Checks an e-mail address.
    pub fn check_email(&mut self, field: &'static str) {
        self.fail_if(field, validation::email(self.value(field)));
    }

    /// Puts messages beside their fields.
    pub fn fail_all(&mut self, complaints: Complaints) {
        for (field, message) in complaints {
            self.fail(field, message);
        }
    }

    fn fail_if(&mut self, field: &'static str, message: Option<Message>) {
        self.fail_all(message.map(|message| (field, message)).into_iter().collect());
    }

    /// Takes fields as typed, tidied.
    pub fn take(&mut self, fields: &Fields, names: &[&'static str]) {
        fields.get("draft").clone_into(&mut self.draft);
        for name in names {
            self.set(name, text::tidy(fields.get(name)));
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

    /// Whether it holds something typed and not saved.
    pub fn is_unsaved(&self) -> bool {
        self.is_restored || !self.is_valid()
    }

    /// Fields with a message and their messages.
    pub fn errors(&self) -> impl Iterator<Item = (&'static str, &Message)> {
        self.errors.iter().map(|(field, message)| (*field, message))
    }
}
