//! Forms in pages. All have one frame: sent in the background where the script runs, one submission at a time.

mod field;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use maud::{Markup, html};

pub use field::Field;

use super::{Form, Language};

/// A form with its controls. The first control with a message gets the focus.
pub struct FormView<'a> {
    language: Language,
    form: &'a Form,
    /// Begins every id, so that two forms can stand in one page.
    prefix: &'static str,
    class: String,
    /// Which passkey ceremony the script performs before it sends the form.
    passkey: Option<&'static str>,
    /// The title of the page while this form is on it: it may have come in place of another one.
    title: Option<String>,
    explanation: Markup,
    is_retyped: bool,
    is_guarded: bool,
    is_in_section: bool,
    is_focused: Cell<bool>,
}

impl<'a> FormView<'a> {
    pub fn new(language: Language, form: &'a Form, prefix: &'static str) -> Self {
        Self {
            language,
            form,
            prefix,
            class: "stack".into(),
            passkey: None,
            title: None,
            explanation: html! {},
            is_retyped: false,
            is_guarded: false,
            is_in_section: false,
            is_focused: Cell::new(false),
        }
    }

    pub fn class(mut self, class: &str) -> Self {
        self.class = format!("{} {class}", self.class);
        self
    }

    /// Gives the page this title, the text of a key, where the form comes in place of another one.
    pub fn titled(mut self, key: &str) -> Self {
        self.title = Some(self.language.text(key));
        self
    }

    /// When the form as a whole is refused, the focus goes to the password, to be typed again, and not to the message.
    pub fn retyped(mut self) -> Self {
        self.is_retyped = true;
        self
    }

    /// The script asks before somebody leaves the page with unsaved input.
    pub fn guarded(mut self) -> Self {
        self.is_guarded = true;
        self
    }

    /// The answer replaces the section around the form, which has the htmx attributes for all its forms.
    pub fn in_section(mut self) -> Self {
        self.is_in_section = true;
        self
    }

    /// Before sending, the script has the browser create (`create`) or use (`get`) a passkey.
    pub fn passkey(mut self, ceremony: &'static str) -> Self {
        self.passkey = Some(ceremony);
        self
    }

    /// Explains the message of the form as a whole.
    pub fn explained(mut self, explanation: Markup) -> Self {
        self.explanation = explanation;
        self
    }

    /// A control, labelled with the text of a key: a required line of text unless told otherwise.
    pub fn field(&'a self, name: &'static str, label: &'static str) -> Field<'a> {
        Field::new(self, name, label)
    }

    /// A hidden field.
    pub fn hidden(&self, name: &str) -> Markup {
        html! { input type="hidden" name=(name) value=(self.form.value(name)); }
    }

    /// The button that sends the form; `label` is the key of its text.
    pub fn submit(&self, label: &str) -> Markup {
        html! { div.actions { button.primary { (self.language.text(label)) } } }
    }

    /// `<form>` with its key, its alert and its content.
    pub fn render(&self, action: &str, content: Markup) -> Markup {
        let is_unsaved = self.is_guarded && self.form.is_unsaved();
        let draft = &self.form.draft;
        html! {
            form id={ (self.prefix) "-form" } class=(self.class) method="post" action=(action) novalidate
                hx-post=(action) hx-swap=[self.unless_in_section("outerHTML")] hx-sync=[self.unless_in_section(ONCE)]
                data-guard[self.is_guarded] data-unsaved[is_unsaved] data-passkey=[self.passkey]
                data-title=[self.title.as_deref()] {
                (key_field(&self.form.submission))
                @if !draft.is_empty() { input type="hidden" name="draft" value=(draft); }
                (self.alert())
                (content)
            }
        }
    }

    fn unless_in_section(&self, value: &'static str) -> Option<&'static str> {
        (!self.is_in_section).then_some(value)
    }

    /// The message of the form as a whole, or how many fields need correcting; nothing if all is well.
    fn alert(&self) -> Markup {
        let marked = self.form.errors().filter(|(field, _)| !field.is_empty()).count();
        let problem = self.form.error("").map(|message| message.text(self.language));
        let check = || self.language.text_with("fields-check", &[("count", marked.into())]);
        let takes_focus = self.is_refused() && !self.is_retyped;
        html! {
            @if let Some(text) = problem.or_else(|| (marked > 0).then(check)) {
                div.alert role="alert" id=(self.alert_id()) tabindex="-1" autofocus[takes_focus] {
                    p { (text) }
                    (self.explanation)
                }
            }
        }
    }

    /// Whether only the form as a whole has a message.
    fn is_refused(&self) -> bool {
        !self.form.is_valid() && self.form.errors().all(|(field, _)| field.is_empty())
    }

    fn alert_id(&self) -> String {
        format!("{}-alert", self.prefix)
    }
}

/// Ignores a second submission while the first is under way.
const ONCE: &str = "this:drop";

/// A form with nothing but a button.
pub fn button_form(action: &str, key: &str, button: Markup) -> Markup {
    html! {
        form method="post" action=(action) hx-post=(action) hx-sync=(ONCE) { (key_field(key)) (button) }
    }
}

/// A small form in a section that its answer replaces, as [`FormView::in_section`].
pub fn section_form(class: &str, action: &str, key: &str, content: Markup) -> Markup {
    let class = Some(class).filter(|class| !class.is_empty());
    html! { form class=[class] method="post" action=(action) hx-post=(action) { (key_field(key)) (content) } }
}

/// Hidden `_submission`: the idempotency key, for which a form is acted on once, however often it arrives.
pub fn key_field(key: &str) -> Markup {
    html! { input type="hidden" name="_submission" value=(key); }
}
