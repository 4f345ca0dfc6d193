//! The cookies of a request, and those of answers. `secure` says whether people come by https: then each
//! cookie's name begins with `__Host-`, by which browsers refuse it from other hosts and without https
//! (RFC 6265bis, section 4.1.3.2).

use std::borrow::Cow;
use std::time::Duration;

use cookie::{Cookie, SameSite};
use poem::http::{HeaderValue, header};
use poem::{Request, Response};

/// For what should be remembered long.
pub const YEAR: Duration = Duration::from_hours(365 * 24);

/// The value of a cookie as sent.
pub fn get<'a>(request: &'a Request, name: &str, secure: bool) -> Option<&'a str> {
    let name = full(name, secure);
    request
        .headers()
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| cookie.value_raw())
}

/// Gives the browser a cookie that only the server reads, for so long. Without a duration it is taken away.
pub fn set(response: &mut Response, name: &str, value: &str, lifetime: Option<Duration>, secure: bool) {
    let seconds = lifetime.map_or(0, |lifetime| i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
    let cookie = Cookie::build((full(name, secure), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(cookie::time::Duration::seconds(seconds));
    let value = HeaderValue::from_str(&cookie.to_string()).expect("cookies are built from visible ASCII");
    response.headers_mut().append(header::SET_COOKIE, value);
}

fn full(name: &str, secure: bool) -> Cow<'_, str> {
    if secure { format!("__Host-{name}").into() } else { name.into() }
}
