//! The fields of a posted form.

use std::borrow::Cow;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use poem::error::ReadBodyError;
use poem::{FromRequest, Request, RequestBody};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::error::{Error, Result};

/// The largest body of a form: fits a description of 2000 percent-encoded characters of 12 bytes each, and HAProxy's
/// buffer of 64 KiB, from which it repeats requests.
const LIMIT: usize = 48 * 1024;
/// No form of ours has more.
const FIELDS: usize = 100;
/// HAProxy has read all of a body before it asks a replica; nobody else may hold a connection for longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Names and values as sent.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the body of a form.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], [`Error::TimedOut`], or [`Error::Unreadable`] for what is no form in UTF-8.
    pub async fn read(request: &mut Request) -> Result<Self> {
        let form = "application/x-www-form-urlencoded";
        let kind = request.content_type().unwrap_or(form);
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(form)) {
            return Err(Error::Unreadable("not a form"));
        }
        let body = timeout(PATIENCE, request.take_body().into_bytes_limit(LIMIT)).await;
        let body = body.map_err(|_| Error::TimedOut)?.map_err(|error| match error {
            ReadBodyError::PayloadTooLarge => Error::TooLarge,
            _ => Error::Unreadable("the body ended early"),
        })?;
        Self::parse(&body)
    }

    fn parse(body: &[u8]) -> Result<Self> {
        let body = std::str::from_utf8(body).map_err(|_| Error::Unreadable("not UTF-8"))?;
        if body.split('&').count() > FIELDS {
            return Err(Error::Unreadable("too many fields"));
        }
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        };
        let pairs: Option<Vec<_>> = body.split('&').filter(|text| !text.is_empty()).map(pair).collect();
        pairs.map(Self).ok_or(Error::Unreadable("not UTF-8"))
    }

    /// The first value of a field as sent; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or("")
    }

    /// The first value of a field, if it was sent.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Adds a field.
    pub fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Forgets a field.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(field, _)| field != name);
    }

    /// The fields that may be kept: all but passwords.
    pub fn without_secrets(&self) -> Self {
        Self(self.0.iter().filter(|(name, _)| !is_secret(name)).cloned().collect())
    }

    /// A hash of the route and of all fields but the key itself and passwords, of which no fast hash may
    /// be kept. Two forms with the same hash ask for the same.
    pub fn fingerprint(&self, path: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        };
        part(path);
        for (name, value) in self.0.iter().filter(|(name, _)| name != "_submission" && !is_secret(name)) {
            part(name);
            part(value);
        }
        hash.finalize().into()
    }
}

/// Whether a field holds what may be kept nowhere: a password, old or new.
fn is_secret(name: &str) -> bool {
    name.ends_with("password")
}

impl<'a> FromRequest<'a> for &'a Fields {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        request.data().ok_or_else(|| Error::Unreadable("no form").into())
    }
}

/// Percent-decoding. Strict: what could not be kept as it was sent is refused, not repaired.
fn decode(text: &str) -> Option<String> {
    let hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let is_escape = |at: usize| hex(text.as_bytes().get(at + 1)) && hex(text.as_bytes().get(at + 2));
    if !text.match_indices('%').all(|(at, _)| is_escape(at)) {
        return None;
    }
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_found() {
        let fields = Fields::parse(b"name=Caf%C3%A9+solo&empty=&name=second&bare").unwrap();
        assert_eq!(fields.get("name"), "Café solo");
        assert_eq!(fields.find("empty"), Some(""));
        assert_eq!(fields.find("bare"), Some(""));
        assert_eq!(fields.find("missing"), None);
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        assert!(Fields::parse(b"name=%FF").is_err());
        assert!(Fields::parse(b"name=\xff").is_err());
        assert!(Fields::parse(b"name=%4").is_err());
        for body in ["name=%zz", "name=%+4", "name=%-4", "name=%4+", "name=% 4", "name=%", "%+a=name"] {
            assert!(Fields::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn ten_thousand_fields_are_refused() {
        let body = "a=1&".repeat(10_000);
        assert!(Fields::parse(body.as_bytes()).is_err());
    }

    #[test]
    fn the_fingerprint_knows_order_lengths_and_route_but_neither_key_nor_password() {
        let of = |body: &str, path: &str| Fields::parse(body.as_bytes()).unwrap().fingerprint(path);
        assert_eq!(of("a=1&_submission=x&password=p", "/p"), of("a=1&_submission=y&password=q", "/p"));
        assert_eq!(of("a=1&current_password=p", "/p"), of("a=1&current_password=q", "/p"));
        assert_ne!(of("a=1", "/p"), of("a=2", "/p"));
        assert_ne!(of("a=1", "/p"), of("a=1", "/q"));
        assert_ne!(of("a=bc&d=", "/p"), of("a=b&cd=", "/p"));
    }
}
