//! A page for everything that can go wrong.

use http::StatusCode;
use maud::{Markup, html};

use super::{Context, layout};

/// A whole page: what happened, what to do, and the request's id where it helps to find the cause.
/// A 503 is tried again by the script; without it, by the header `Refresh`, if the server sends one.
pub fn error_page(context: &Context, status: StatusCode) -> Markup {
    let (title, text) = words(status);
    let title = context.language.text(title);
    let main = html! {
        div.fault #fault {
            p.status { (context.language.text_with("errors-status", &[("status", status.as_u16().to_string().into())])) }
            h1 tabindex="-1" { (title) }
            p.lead { (context.language.text(text)) }
            @if matches!(status.as_u16(), 500 | 503) { (reference(context)) }
            p.actions { (way_out(context, status)) }
        }
    };
    layout(context, &title, main)
}

/// The keys of what happened and of what to do.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("errors-400-title", "errors-400-text"),
        403 => ("errors-403-title", "errors-403-text"),
        404 => ("errors-404-title", "errors-404-text"),
        405 => ("errors-405-title", "errors-405-text"),
        408 => ("errors-408-title", "errors-408-text"),
        409 => ("errors-409-title", "errors-409-text"),
        413 => ("errors-413-title", "errors-413-text"),
        421 => ("errors-421-title", "errors-421-text"),
        422 => ("errors-422-title", "errors-422-text"),
        429 => ("errors-429-title", "errors-429-text"),
        500 => ("errors-500-title", "errors-500-text"),
        503 => ("errors-503-title", "errors-503-text"),
        _ => ("errors-other-title", "errors-other-text"),
    }
}

fn reference(context: &Context) -> Markup {
    html! {
        @if !context.request_id.is_empty() {
            p.reference { (context.language.text("errors-request")) " " code { (context.request_id) } }
        }
    }
}

fn way_out(context: &Context, status: StatusCode) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        @if status == StatusCode::SERVICE_UNAVAILABLE {
            a.button href=(context.here) data-again { (text("errors-retry")) }
        } @else if context.person.is_some() {
            a.button href="/products" { (text("errors-products")) }
        } @else {
            a.button href="/" { (text("errors-home")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_id_is_shown_where_it_helps_to_find_the_cause() {
        let context = Context { request_id: "abc-123".into(), ..Context::default() };
        for (status, is_shown) in [(500, true), (503, true), (404, false), (422, false)] {
            let page = error_page(&context, StatusCode::from_u16(status).unwrap()).into_string();
            assert_eq!(page.contains("abc-123"), is_shown, "{status}");
        }
    }
}
