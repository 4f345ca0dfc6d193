//! Answers of handlers.

use std::time::Duration;

use maud::Markup;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};

use super::{Context, Notice};

/// A page, or the part of it that was asked for.
pub fn html(status: StatusCode, markup: Markup) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .body(markup.into_string())
}

/// 200 with a page.
pub fn ok(markup: Markup) -> Response {
    html(StatusCode::OK, markup)
}

/// On to another page after a change. The browser would follow a 303 before htmx sees it, so htmx gets its own
/// header.
pub fn see_other(context: &Context, path: &str) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    if context.htmx {
        return StatusCode::OK.with_header("HX-Location", path).into_response();
    }
    StatusCode::SEE_OTHER.with_header(header::LOCATION, path).into_response()
}

/// On to the page that shows the notice.
pub fn done(context: &Context, notice: Notice) -> Response {
    let mut response = see_other(context, notice.page());
    response.set_data(notice);
    response
}

/// The page, or the part of it that htmx asked for.
pub fn form(
    context: &Context,
    status: StatusCode,
    page: impl FnOnce() -> Markup,
    fragment: impl FnOnce() -> Markup,
) -> Response {
    html(status, if context.partial { fragment() } else { page() })
}

/// A page in place of the one with the form.
pub fn whole(context: &Context, page: Markup) -> Response {
    in_place_of_page(context, ok(page))
}

/// Tells htmx, which may have asked for a part, to replace the whole page.
pub fn in_place_of_page(context: &Context, mut response: Response) -> Response {
    if context.htmx {
        let headers = response.headers_mut();
        headers.insert("hx-retarget", HeaderValue::from_static("body"));
        headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    }
    response
}

/// Asks for another try in a few seconds.
pub fn away(response: Response) -> Response {
    later(response, Duration::from_secs(5))
}

/// Asks for another try after a wait.
pub fn later(mut response: Response, wait: Duration) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    response
}

/// A path to redirect to: `next` if it stays within this site however browsers read it (`//host`, `/\host`, control
/// characters), else the fallback.
pub fn local_path<'a>(next: &'a str, fallback: &'a str) -> &'a str {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\'])
        && next.chars().all(|c| !c.is_control())
        && next.is_ascii();
    if local { next } else { fallback }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for (next, expected) in [
            ("/products?q=caf%C3%A9", "/products?q=caf%C3%A9"),
            ("", "/"),
            ("products", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("/\r\nLocation: x", "/"),
        ] {
            assert_eq!(local_path(next, "/"), expected, "{next:?}");
        }
    }
}
