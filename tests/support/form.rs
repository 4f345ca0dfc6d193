//! A form as found in a page.

use scraper::{ElementRef, Selector};

/// A form and what it would send. Filling in replaces, also hidden fields.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Reads the controls as a browser does; buttons are not pressed.
    pub fn of(form: &ElementRef) -> Self {
        assert_eq!(form.attr("method"), Some("post"), "a form that changes something");
        let controls = Selector::parse("input, textarea, select").expect("valid");
        let fields = form
            .select(&controls)
            .filter_map(|control| Some((control.attr("name")?.to_owned(), value(&control))));
        Self { action: form.attr("action").expect("an action").to_owned(), fields: fields.collect() }
    }

    /// A form that no page has.
    pub fn forged(action: &str, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { action: action.to_owned(), fields }
    }

    pub fn fill(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name.to_owned(), value)),
        }
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    pub fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(field, _)| field == name);
        field.map_or_else(|| panic!("no field {name} in {self:?}"), |(_, value)| value)
    }

    /// As `application/x-www-form-urlencoded`.
    pub fn encoded(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

fn value(control: &ElementRef) -> String {
    match control.value().name() {
        // The parser has dropped the line break that follows the tag; browsers send CR LF.
        "textarea" => control.text().collect::<String>().replace('\n', "\r\n"),
        "select" => {
            let options = Selector::parse("option[selected]").expect("valid");
            control.select(&options).next().and_then(|option| option.attr("value")).unwrap_or("").to_owned()
        }
        _ => control.attr("value").unwrap_or("").to_owned(),
    }
}
