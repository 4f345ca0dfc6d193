//! What the next page says of the change that was just made: a cookie of one use, so that addresses stay clean and
//! any replica can say it.

use std::borrow::Cow;
use std::time::Duration;

use maud::{Markup, html};
use poem::http::{Method, StatusCode};
use poem::{Request, Response};

use super::{Language, cookies};
use crate::id::Id;

const COOKIE: &str = "bodega_notice";
const KEPT: Duration = Duration::from_mins(1);
/// Begins the key of every notice. No other text can be shown by setting the cookie.
const PREFIX: &str = "notice-";

/// What was done, and the page that says it.
#[derive(Clone, Debug)]
pub struct Notice {
    key: Cow<'static, str>,
    page: String,
    /// What it was done to, for pages that say more of it.
    pub about: Option<Id>,
    name: String,
    more: Markup,
}

impl Notice {
    /// `key` is that of a text, `page` the path of the page that says it.
    pub fn new(key: &'static str, page: &str) -> Self {
        Self::of(key.into(), page, None)
    }

    pub fn about(self, id: Id) -> Self {
        Self { about: Some(id), ..self }
    }

    /// Names what it is about, the argument `name` of the text, and lets more follow the text.
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

    /// What a cookie says on a page; nothing for one of an earlier release, or of somebody else's making.
    fn parse(cookie: &str, page: &str) -> Option<Self> {
        let [key, of, about] = cookie.splitn(3, ':').collect::<Vec<_>>().try_into().ok()?;
        let is_ours = key.starts_with(PREFIX) && Language::has(key) && of == page;
        is_ours.then(|| Self::of(key.to_owned().into(), page, about.parse().ok()))
    }
}

/// What was left for the page that is asked for.
pub fn find(request: &Request, secure: bool) -> Option<Notice> {
    let cookie = cookies::get(request, COOKIE, secure).filter(|_| request.method() == Method::GET)?;
    Notice::parse(cookie, request.original_uri().path())
}

/// Leaves a notice that the answer carries for the next page, and forgets one that this page has said.
pub fn pass_on(response: &mut Response, said: bool, secure: bool) {
    if let Some(cookie) = response.data::<Notice>().map(Notice::cookie) {
        cookies::set(response, COOKIE, &cookie, Some(KEPT), secure);
    } else if said && response.status() == StatusCode::OK {
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
            // Of earlier releases.
            "profile",
            "people-done-role",
            "created.00000000000000000000000000",
            "",
        ] {
            assert!(!said(other), "{other}");
        }
    }
}
