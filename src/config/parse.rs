//! Parsers of values, whose messages show an example.

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::Url;

use crate::web::Role;

fn url_of(text: &str, schemes: &[&str], example: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if schemes.contains(&url.scheme()) && url.has_host() => Ok(url),
        _ => Err(format!("expected something like {example}")),
    }
}

pub fn role(text: &str) -> Result<Role, String> {
    Role::from_key(text).ok_or_else(|| format!("expected one of {}", Role::ALL.map(Role::key).join(", ")))
}

pub fn mysql_url(text: &str) -> Result<Url, String> {
    let example = "mysql://user:password@127.0.0.1:3306/db_usuarios";
    let url = url_of(text, &["mysql"], example)?;
    match url.path().trim_start_matches('/') {
        "" => Err(format!("names no database; expected something like {example}")),
        _ => Ok(url),
    }
}

pub fn redis_url(text: &str) -> Result<Url, String> {
    url_of(text, &["redis"], "redis://127.0.0.1:6379")
}

pub fn secret(text: &str) -> Result<String, String> {
    match text.len() {
        32.. => Ok(text.to_owned()),
        _ => Err("expected 32 random characters or more, e.g. from openssl rand -hex 32".into()),
    }
}

/// Sent in a header.
pub fn front_secret(text: &str) -> Result<String, String> {
    match text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(text.to_owned()),
        false => Err("expected 16 letters and digits or more, e.g. from openssl rand -hex 16".into()),
    }
}

pub fn web_url(text: &str) -> Result<Url, String> {
    url_of(text, &["http", "https"], "http://localhost:8080")
}

/// As lettre understands it: `smtp://` (with `?tls=required` for STARTTLS) or `smtps://`.
pub fn smtp_url(text: &str) -> Result<Url, String> {
    let example = "smtps://user:password@mail.example:465";
    let url = url_of(text, &["smtp", "smtps"], example)?;
    match AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str()) {
        Ok(_) => Ok(url),
        Err(_) => Err(format!("expected something like {example}")),
    }
}

pub fn mailbox(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| "expected something like Bodega <bodega@example.com>".into())
}

pub fn header_value(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match !text.is_empty() && text.len() <= 40 && text.chars().all(fits) {
        true => Ok(text.to_owned()),
        false => Err("expected a short name like web1".into()),
    }
}
