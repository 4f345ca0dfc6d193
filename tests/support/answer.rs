//! What came back.

use std::collections::BTreeSet;

use bodega::web::{Language, Message};
use poem::http::{HeaderMap, StatusCode};
use scraper::{ElementRef, Html, Selector};

use super::Form;

/// An answer with all of its body. Lookups panic with the page's text when there is nothing to find.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(response: poem::Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.into_vec().await.expect("a body that can be read");
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("pages are UTF-8")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("visible ASCII"))
    }

    /// Where the answer leads: by redirect, or by what htmx is told.
    pub fn location(&self) -> Option<&str> {
        self.header("location").or(self.header("hx-location")).or(self.header("hx-redirect"))
    }

    pub fn set_cookies(&self) -> Vec<String> {
        let values = self.headers.get_all("set-cookie").iter();
        values.map(|value| value.to_str().expect("visible ASCII").to_owned()).collect()
    }

    fn dom(&self) -> Html {
        Html::parse_document(&self.text())
    }

    pub fn has(&self, selector: &str) -> bool {
        self.dom().select(&css(selector)).next().is_some()
    }

    /// The texts of all elements that fit, without surrounding space.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.dom().select(&css(selector)).map(|element| text(&element)).collect()
    }

    /// The text of the first element that fits.
    pub fn text_of(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_else(|| self.misses(selector))
    }

    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let dom = self.dom();
        dom.select(&css(selector)).filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }

    pub fn attribute(&self, selector: &str, name: &str) -> String {
        self.attributes(selector, name).into_iter().next().unwrap_or_else(|| self.misses(selector))
    }

    /// The form that fits, as the browser would send it.
    pub fn form(&self, selector: &str) -> Form {
        let dom = self.dom();
        let form = dom.select(&css(selector)).find(|element| element.value().name() == "form");
        Form::of(&form.unwrap_or_else(|| self.misses(selector)))
    }

    /// The form with this action.
    pub fn form_to(&self, action: &str) -> Form {
        self.form(&format!("form[action='{action}']"))
    }

    /// Names of the products in the list, in its order.
    pub fn products(&self) -> Vec<String> {
        self.texts("#product-table tbody th")
    }

    /// The message beside a field, which is marked as wrong and described by it; none if it is not.
    pub fn message(&self, field: &str) -> Option<String> {
        let dom = self.dom();
        let control = dom.select(&css(&format!("form .field [name='{field}']"))).next();
        let control = control.unwrap_or_else(|| self.misses(field));
        let described: BTreeSet<&str> =
            control.attr("aria-describedby").unwrap_or("").split_whitespace().collect();
        let errors = css(".error");
        let errors = dom.select(&errors);
        let mut messages = errors.filter(|error| error.attr("id").is_some_and(|id| described.contains(id)));
        let message = messages.next().map(|message| text(&message));
        let is_invalid = control.attr("aria-invalid") == Some("true");
        assert_eq!(message.is_some(), is_invalid, "{field}: aria-invalid goes with the message");
        message
    }

    /// What is said of the form as a whole.
    pub fn alert(&self) -> String {
        self.texts("[role='alert']").join(" ")
    }

    /// The name of the field that has the focus.
    pub fn focused(&self) -> Option<String> {
        self.attributes("[autofocus]", "name").into_iter().next()
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        let page = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{:?}\n{page}", self.headers);
        self
    }

    /// A form that came back: this status, and this message beside the field.
    #[track_caller]
    pub fn assert_message(&self, field: &str, message: &Message, language: Language) {
        self.assert_status(422);
        assert_eq!(self.message(field), Some(message.text(language)), "beside {field}");
    }

    /// A whole page with the site's layout, in this language.
    #[track_caller]
    pub fn assert_page(&self, status: u16, language: Language) -> &Self {
        self.assert_status(status);
        assert_eq!(self.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(self.attribute("html", "lang"), language.tag());
        assert!(self.has("header nav form[action='/language']"), "the layout's header\n{}", self.text());
        self
    }

    #[track_caller]
    pub fn assert_redirect(&self, location: &str) -> &Self {
        self.assert_status(StatusCode::SEE_OTHER.as_u16());
        assert_eq!(self.header("location"), Some(location));
        self
    }

    fn misses(&self, what: &str) -> ! {
        panic!("no {what} in {} {:?}\n{}", self.status, self.headers, String::from_utf8_lossy(&self.body))
    }
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"))
}

fn text(element: &ElementRef) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
