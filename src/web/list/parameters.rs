//! The query string of an address.

use poem::Request;

/// Names and values as sent.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub fn of(request: &Request) -> Self {
        Self::parse(request.uri().query().unwrap_or(""))
    }

    pub fn parse(query: &str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value of a parameter; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The same, trimmed and cut.
    pub fn trimmed(&self, name: &str, longest: usize) -> String {
        self.get(name).trim().chars().take(longest).collect()
    }

    /// The page: 1 for what is no number, and the largest for numbers beyond `u64`, which is past the last page too.
    pub fn page(&self) -> u64 {
        let page = self.get("page");
        let is_number = !page.is_empty() && page.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { page.parse().unwrap_or(u64::MAX).max(1) } else { 1 }
    }
}
