//! The labelled controls of a form, and what is wrong with the form as a whole.

mod field;

use std::cell::Cell;

use maud::{Markup, html};

pub use field::Field;

use super::{Form, Language};

/// The controls of one form. The first one with a message gets the focus.
pub struct Controls<'a> {
    language: Language,
    form: &'a Form,
    /// Prefix of every id, so that a page can hold two forms.
    prefix: &'static str,
    focused: Cell<bool>,
    /// Whether a password has to be typed again when the form as a whole is refused.
    is_retyped: bool,
}

impl<'a> Controls<'a> {
    pub fn new(language: Language, form: &'a Form, prefix: &'static str) -> Self {
        Self { language, form, prefix, focused: Cell::new(false), is_retyped: false }
    }

    /// Focuses the password, not the message, when the form as a whole is refused.
    pub fn retyped(mut self) -> Self {
        self.is_retyped = true;
        self
    }

    /// A required line of text, unless told otherwise; `label` is the key of its text.
    pub fn field(&'a self, name: &'static str, label: &'static str) -> Field<'a> {
        Field::new(self, name, label)
    }

    /// The message for the form as a whole, with `more` to explain it, or how many fields need correcting.
    pub fn alert(&self, more: Markup) -> Markup {
        let marked = self.form.errors().filter(|(field, _)| !field.is_empty()).count();
        let problem = self.form.error("").map(|message| message.text(self.language));
        let takes_focus = self.is_refused() && !self.is_retyped;
        if takes_focus {
            self.focused.set(true);
        }
        let text = problem.or_else(|| (marked > 0).then(|| self.marked_fields(marked)));
        html! {
            @if let Some(text) = text {
                div.alert role="alert" id=(self.alert_id()) tabindex="-1" autofocus[takes_focus] {
                    p { (text) }
                    (more)
                }
            }
        }
    }

    fn marked_fields(&self, count: usize) -> String {
        self.language.text_with("fields-check", &[("count", count.into())])
    }

    /// Whether only the form as a whole has a message.
    fn is_refused(&self) -> bool {
        !self.form.is_valid() && self.form.errors().all(|(field, _)| field.is_empty())
    }

    fn alert_id(&self) -> String {
        format!("{}-alert", self.prefix)
    }

    /// Hidden `_submission` and, for a parked form, `draft`.
    pub fn submission(&self) -> Markup {
        let draft = &self.form.draft;
        html! {
            (hidden_submission(&self.form.submission))
            @if !draft.is_empty() { input type="hidden" name="draft" value=(draft); }
        }
    }
}

/// Hidden `_submission`: the idempotency key of a form.
pub fn hidden_submission(key: &str) -> Markup {
    html! { input type="hidden" name="_submission" value=(key); }
}

#[cfg(test)]
mod tests;
