//! Errors and panics become pages in the visitor's language.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result};

use crate::app::App;
use crate::error::Error;
use crate::web::{Context, answer, error_page};

/// Answers with a page whatever happens.
pub async fn error_pages<E: Endpoint<Output = Response>>(
    _: App,
    next: Arc<E>,
    request: Request,
) -> Result<Response> {
    let context = request.data::<Context>().cloned().unwrap_or_default();
    let is_page = request.method() == Method::GET && !context.htmx;
    let mut response = match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => of_error(&context, error),
        Err(panic) => of_panic(&context, &*panic),
    };
    if is_page && response.status() == StatusCode::SERVICE_UNAVAILABLE {
        // Without the script nothing else tries again. Not after a form: what was typed would be lost.
        if let Ok(refresh) = HeaderValue::try_from(format!("15; url={}", context.here)) {
            response.headers_mut().insert(header::REFRESH, refresh);
        }
    }
    Ok(response)
}

fn of_error(context: &Context, error: poem::Error) -> Response {
    let (status, ours) = (error.status(), error.downcast_ref::<Error>());
    // Poem returns a 304 as an error.
    if status == StatusCode::NOT_MODIFIED {
        return error.into_response();
    }
    if matches!(ours, Some(Error::NotSignedIn)) {
        return to_sign_in(context, &context.here);
    }
    if status.is_server_error() {
        let request_id = &context.request_id;
        tracing::error!(request_id, status = status.as_u16(), cause = %error, "request failed");
    } else if ours.is_some_and(Error::is_defence) {
        note_refusal(context, &error);
    }
    page(context, status)
}

fn of_panic(context: &Context, panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let cause = panic.downcast_ref::<String>().map(String::as_str).or(text).unwrap_or("unknown");
    tracing::error!(request_id = context.request_id, cause, "a handler panicked");
    page(context, StatusCode::INTERNAL_SERVER_ERROR)
}

/// Logs a refusal. Where it came from is in HAProxy's log, under the same id.
pub fn note_refusal(context: &Context, cause: &dyn std::fmt::Display) {
    let person = context.person.as_ref().map(|person| person.id.to_string());
    tracing::warn!(request_id = context.request_id, person, cause = %cause, "request refused");
}

/// Sends a visitor to the sign-in page, and from there back to `next`.
pub fn to_sign_in(context: &Context, next: &str) -> Response {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let path = HeaderValue::try_from(format!("/login?next={next}")).expect("percent-encoded");
    if context.htmx {
        return StatusCode::OK.with_header("HX-Redirect", path).into_response();
    }
    StatusCode::SEE_OTHER.with_header(header::LOCATION, path).into_response()
}

/// An error's page, which htmx shows in place of the whole page.
fn page(context: &Context, status: StatusCode) -> Response {
    let mut response = answer::html(status, error_page(context, status));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response = answer::away(response);
    }
    answer::in_place_of_page(context, response)
}
