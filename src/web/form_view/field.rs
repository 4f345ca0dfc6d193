//! One control of a form, with its label, its hint and its message.

use maud::{Markup, Render, html};

use super::FormView;

enum Kind {
    /// `<input>` of this type.
    Line(&'static str),
    /// `<textarea>` of so many rows.
    Text(u8),
    /// Never shows what was typed before.
    Password,
    /// `<select>` of these values and their labels.
    Choice(Vec<(&'static str, String)>),
}

/// One control of a form.
pub struct Field<'a> {
    view: &'a FormView<'a>,
    name: &'static str,
    label: &'static str,
    kind: Kind,
    hint: Option<String>,
    max: Option<u64>,
    autocomplete: &'static str,
    numeric: bool,
    exact: bool,
    list: Option<&'static str>,
    required: bool,
    first: bool,
    /// Further explanations, each with the suffix of its id.
    after: Vec<(&'static str, Markup)>,
}

impl<'a> Field<'a> {
    pub(super) fn new(view: &'a FormView<'a>, name: &'static str, label: &'static str) -> Self {
        Self {
            view,
            name,
            label,
            kind: Kind::Line("text"),
            hint: None,
            max: None,
            autocomplete: "off",
            numeric: false,
            exact: false,
            list: None,
            required: true,
            first: false,
            after: Vec::new(),
        }
    }
}

impl Field<'_> {
    pub fn email(mut self) -> Self {
        self.kind = Kind::Line("email");
        self.exact()
    }

    pub fn password(mut self) -> Self {
        self.kind = Kind::Password;
        self.exact()
    }

    pub fn rows(mut self, rows: u8) -> Self {
        self.kind = Kind::Text(rows);
        self
    }

    /// One of these values, each with its label.
    pub fn choice(mut self, options: Vec<(&'static str, String)>) -> Self {
        self.kind = Kind::Choice(options);
        self
    }

    pub fn hint(mut self, key: &'static str) -> Self {
        self.hint = Some(self.view.language.text(key));
        self
    }

    /// A limit that the script counts down. `maxlength` would silently cut what is pasted.
    pub fn max(mut self, characters: u64) -> Self {
        self.max = Some(characters);
        self
    }

    /// The same, with a hint that says so beforehand.
    pub fn limit(mut self, characters: u64) -> Self {
        let shown = self.view.language.number(characters);
        self.hint = Some(self.view.language.text_with("fields-limit", &[("max", shown.into())]));
        self.max(characters)
    }

    pub fn autocomplete(mut self, purpose: &'static str) -> Self {
        self.autocomplete = purpose;
        self
    }

    /// Digits are typed here.
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self.exact()
    }

    /// Turns off spell checking and capitals.
    pub fn exact(mut self) -> Self {
        self.exact = true;
        self
    }

    /// The id of a `<datalist>`.
    pub fn list(mut self, id: &'static str) -> Self {
        self.list = Some(id);
        self
    }

    /// May stay empty.
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Has the focus unless a field has a message.
    pub fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// An explanation below the control; `end` is the suffix of its id.
    pub fn after(mut self, end: &'static str, text: Option<Markup>) -> Self {
        self.after.extend(text.map(|text| (end, text)));
        self
    }

    fn id(&self) -> String {
        format!("{}-{}", self.view.prefix, self.name)
    }

    fn message(&self) -> Option<String> {
        self.view.form.error(self.name).map(|message| message.text(self.view.language))
    }

    /// The ids of everything that explains the control.
    fn described_by(&self) -> Option<String> {
        let id = self.id();
        let mut ids = Vec::new();
        if self.message().is_some() {
            ids.push(format!("{id}-error"));
        }
        if self.hint.is_some() {
            ids.push(format!("{id}-hint"));
        }
        ids.extend(self.after.iter().map(|(end, _)| format!("{id}-{end}")));
        if self.view.form.error("").is_some() {
            ids.push(self.view.alert_id());
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn takes_focus(&self) -> bool {
        let is_retyped =
            self.view.is_retyped && matches!(self.kind, Kind::Password) && self.view.is_refused();
        let is_first = self.first && self.view.form.is_valid();
        (self.message().is_some() || is_retyped || is_first) && !self.view.is_focused.replace(true)
    }

    fn control(&self) -> Markup {
        let value = self.view.form.value(self.name);
        match &self.kind {
            Kind::Line(kind) => self.input(kind, Some(value)),
            Kind::Password => html! { div.reveals { (self.input("password", None)) (self.reveal()) } },
            Kind::Text(rows) => self.textarea(*rows, value),
            Kind::Choice(options) => self.select(options, value),
        }
    }

    fn input(&self, kind: &str, value: Option<&str>) -> Markup {
        html! {
            input id=(self.id()) name=(self.name) type=(kind) value=[value] dir=[(!self.exact).then_some("auto")]
                aria-required=[self.required.then_some("true")] autocomplete=(self.autocomplete) inputmode=[self.numeric.then_some("numeric")]
                list=[self.list] data-max=[self.max] spellcheck=[self.exact.then_some("false")]
                autocapitalize=[self.exact.then_some("none")]
                aria-invalid=[self.message().map(|_| "true")] aria-describedby=[self.described_by()]
                autofocus[self.takes_focus()];
        }
    }

    fn textarea(&self, rows: u8, value: &str) -> Markup {
        html! {
            // The parser drops a line break that follows the tag.
            textarea id=(self.id()) name=(self.name) rows=(rows) dir="auto" aria-required="true"
                autocomplete=(self.autocomplete) data-max=[self.max]
                aria-invalid=[self.message().map(|_| "true")] aria-describedby=[self.described_by()]
                autofocus[self.takes_focus()] { "\n" (value) }
        }
    }

    fn select(&self, options: &[(&'static str, String)], value: &str) -> Markup {
        html! {
            select id=(self.id()) name=(self.name) autocomplete=(self.autocomplete)
                aria-invalid=[self.message().map(|_| "true")] aria-describedby=[self.described_by()]
                autofocus[self.takes_focus()] {
                @for (key, label) in options { option value=(key) selected[*key == value] { (label) } }
            }
        }
    }

    /// Needs the script; the stylesheet hides it without.
    fn reveal(&self) -> Markup {
        let label = self.view.language.text("fields-show-password");
        html! {
            button.reveal type="button" aria-pressed="false" aria-controls=(self.id()) aria-label=(label)
                title=(label) { (eye()) }
        }
    }
}

fn eye() -> Markup {
    html! {
        svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" {
            path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z" {}
            circle cx="12" cy="12" r="2.8" {}
            path.struck d="M4 20 20 4" {}
        }
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let id = self.id();
        html! {
            div.field .(self.name) {
                label for=(id) { (self.view.language.text(self.label)) }
                @if let Some(hint) = &self.hint { p.hint id={ (id) "-hint" } { (hint) } }
                @if let Some(message) = self.message() { p.error id={ (id) "-error" } { (message) } }
                (self.control())
                @for (end, text) in &self.after { div.after id={ (id) "-" (end) } { (text) } }
            }
        }
    }
}
