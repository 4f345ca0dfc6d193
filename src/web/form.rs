//! What was typed into a form, and what is wrong with it.

use std::collections::BTreeMap;

use super::Message;

/// A form between the person and the database: values as typed (trimmed), a message per wrong field,
/// and the idempotency key of this rendering.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: BTreeMap<&'static str, String>,
    errors: BTreeMap<&'static str, Message>,
    /// The value of the hidden field `_submission`; empty where a form needs none.
    pub submission: String,
}

impl Form {
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    pub fn set(&mut self, field: &'static str, value: impl Into<String>) {
        self.values.insert(field, value.into());
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

    /// Fields with a message and their messages.
    pub fn errors(&self) -> impl Iterator<Item = (&'static str, &Message)> {
        self.errors.iter().map(|(field, message)| (*field, message))
    }
}
