//! Flash messages: what the next page says of the change that was just made. In a cookie, so that any replica can show
//! it, once, and addresses stay clean.

use std::borrow::Cow;
use std::time::Duration;

use maud::{Markup, html};
use poem::http::{Method, StatusCode};
use poem::{Request, Response};

use super::{Language, cookies};
use crate::id::Id;

const COOKIE: &str = "bodega_notice";
const KEPT: Duration = Duration::from_mins(1);
/// The prefix of the keys of all notices. A forged cookie can show no other text.
const PREFIX: &str = "notice-";

/// What was done, to be shown by one page.
#[derive(Clone, Debug)]
pub struct Notice {
    key: Cow<'static, str>,
    page: String,
    /// What it was done to, if the page has to look that up.
    pub about: Option<Id>,
    name: String,
    more: Markup,
}

impl Notice {
    /// `key` is that of a text, `page` the path of the page that shows it.
    pub fn new(key: &'static str, page: &str) -> Self {
        Self::of(key.into(), page, None)
    }

    pub fn about(self, id: Id) -> Self {
        Self { about: Some(id), ..self }
    }

    /// Sets the argument `name` of the text, and what follows the text.
    pub fn explained(self, name: String, more: Markup) -> Self {
        Self { name, more, ..self }
    }

    fn of(key: Cow<'static, str>, page: &str, about: Option<Id>) -> Self {
        Self { key, page: page.to_owned(), about, name: String::new(), more: html! {} }
    }

    /// Whether this is what was done.
    pub fn is(&self, key: &str) -> bool {
        self.key == key
    }

    pub fn page(&self) -> &str {
        &self.page
    }

    pub fn render(&self, language: Language) -> Markup {
        let text = language.text_with(&self.key, &[("name", self.name.clone().into())]);
        html! { div.notice role="status" { p { (text) } (self.more) } }
    }

    fn cookie(&self) -> String {
        let about = self.about.map(|id| id.to_string()).unwrap_or_default();
        format!("{}:{}:{about}", self.key, self.page)
    }

    /// Reads a cookie for a page. `None` for forged ones and those of earlier releases.
    fn parse(cookie: &str, page: &str) -> Option<Self> {
        let [key, of, about] = cookie.splitn(3, ':').collect::<Vec<_>>().try_into().ok()?;
        let is_ours = key.starts_with(PREFIX) && Language::has(key) && of == page;
        is_ours.then(|| Self::of(key.to_owned().into(), page, about.parse().ok()))
    }
}

/// The notice for the requested page.
pub fn find(request: &Request, secure: bool) -> Option<Notice> {
    let cookie = cookies::get(request, COOKIE, secure).filter(|_| request.method() == Method::GET)?;
    Notice::parse(cookie, request.original_uri().path())
}

/// Sets the cookie if the response carries a notice for the next page; deletes it if this page has `shown` its own.
pub fn pass_on(response: &mut Response, shown: bool, secure: bool) {
    if let Some(cookie) = response.data::<Notice>().map(Notice::cookie) {
        cookies::set(response, COOKIE, &cookie, Some(KEPT), secure);
    } else if shown && response.status() == StatusCode::OK {
        cookies::set(response, COOKIE, "", None, secure);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_notices_can_be_said_and_only_by_their_page() {
        let said = |cookie: &str| Notice::parse(cookie, "/account").is_some();
        let id = Id::new();
        assert!(said(&Notice::new("notice-profile-saved", "/account").about(id).cookie()));
        let parsed = Notice::parse(&format!("notice-product-deleted:/products:{id}"), "/products").unwrap();
        assert!(parsed.is("notice-product-deleted") && parsed.about == Some(id));
        for other in [
            "notice-profile-saved:/products:",
            "notice-unheard-of:/account:",
            "login-failed:/account:",
            "notice-profile-saved",
            // From earlier releases.
            "profile",
            "people-done-role",
            "created.00000000000000000000000000",
            "",
        ] {
            assert!(!said(other), "{other}");
        }
    }
}
