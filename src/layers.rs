//! What surrounds every route. `routes.rs` says in which order.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Error as PoemError, IntoResponse, Request, Response};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::auth;
use crate::error::Error;
use crate::web::{self, Context, Language, RequestId, RoutePattern, Visitor, answer, cookies, error_page};

/// Request id, log line, metrics, headers, compression.
pub async fn observed<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    mut request: Request,
) -> poem::Result<Response> {
    let started = Instant::now();
    let (id, route) = (request_id(&request), RoutePattern::default());
    let (method, path) = (request.method().clone(), without_secrets(request.uri().path()));
    let gzip = web::compress::accepts(request.headers(), "gzip");
    request.set_data(app.clone());
    request.set_data(RequestId(id.clone()));
    request.set_data(route.clone());
    let response = next.call(request).await.unwrap_or_else(PoemError::into_response);
    let mut response = web::compress::page(response, gzip).await;
    let replica = HeaderValue::from_str(&app.config.replica).expect("checked when configured");
    web::headers::add(&mut response, &replica, &id, app.config.is_https());
    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    let route = route.0.get().copied().unwrap_or("none");
    app.metrics.request(route, method.as_str(), status, elapsed.as_secs_f64());
    let ms = elapsed.as_secs_f64() * 1000.0;
    if route == web::ALIVE {
        // Open pages ask all the time.
        tracing::debug!(request_id = %id, %method, path, route, status, ms, "request");
    } else {
        tracing::info!(request_id = %id, %method, path, route, status, ms, "request");
    }
    Ok(response)
}

/// Refuses what did not come through HAProxy, if the two share a secret: whoever reaches this port past it could say
/// to be anybody's address.
pub async fn through_front<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    request: Request,
) -> poem::Result<Response> {
    let given = request.header("x-bodega-front").unwrap_or("").as_bytes();
    let is_through = match &app.config.front_secret {
        Some(secret) => bool::from(secret.as_bytes().ct_eq(given)),
        None => true,
    };
    if is_through {
        return next.call(request).await;
    }
    let id = request.data::<RequestId>().map(|id| id.0.to_string());
    tracing::warn!(request_id = id, cause = "it did not come through HAProxy", "request refused");
    Ok(StatusCode::FORBIDDEN.into_response())
}

/// A path for the log: what may be the secret of a one-time link is left out.
fn without_secrets(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.len() < 32 { part } else { "~" });
    parts.collect::<Vec<_>>().join("/")
}

fn request_id(request: &Request) -> Arc<str> {
    let fits = |id: &&str| {
        !id.is_empty()
            && id.len() <= 64
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b))
    };
    let given = request.header("x-request-id").filter(fits).map(Arc::from);
    given.unwrap_or_else(|| crate::id::Id::new().to_string().into())
}

/// Session, sender, language: what pages need to know. Anything below finds it in the request.
pub async fn informed<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    mut request: Request,
) -> poem::Result<Response> {
    let session = auth::sessions(&app).open(&request);
    let visitor = auth::session::visitor(&app, &session).await;
    let context = context(&app, &request, &visitor);
    request.set_data(session);
    request.set_data(visitor);
    request.set_data(context);
    next.call(request).await
}

fn context(app: &App, request: &Request, visitor: &Visitor) -> Context {
    let by_cookie = cookies::get(request, web::LANGUAGE_COOKIE, app.config.is_https());
    let by_cookie = by_cookie.and_then(Language::from_tag);
    let by_header = || request.header(header::ACCEPT_LANGUAGE).and_then(Language::accepted);
    let htmx = request.header("hx-request") == Some("true");
    Context {
        language: by_cookie.or_else(by_header).unwrap_or_default(),
        person: visitor.person().ok().cloned(),
        is_unknown: matches!(visitor, Visitor::Unknown(_)),
        here: here(request),
        request_id: request.data::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default(),
        passkeys: auth::passkey::is_possible(&app.config.public_url),
        htmx,
        partial: htmx && request.header("hx-request-type") == Some("partial"),
    }
}

/// The page that the visitor sees: this one, or for a form the page that it stands on.
fn here(request: &Request) -> String {
    let path_and_query = |uri: &poem::http::Uri| uri.path_and_query().map(|path| path.as_str().to_owned());
    let shown = match *request.method() {
        Method::POST => web::referring_page(request),
        _ => path_and_query(request.original_uri()),
    };
    answer::local_path(shown.as_deref().unwrap_or("/"), "/").to_owned()
}

/// Turns errors and panics into pages in the visitor's language.
pub async fn rendered<E: Endpoint<Output = Response>>(
    next: Arc<E>,
    request: Request,
) -> poem::Result<Response> {
    let context = request.data::<Context>().cloned().unwrap_or_default();
    let is_page = request.method() == Method::GET && !context.htmx;
    let mut response = answered(&context, next, request).await?;
    if is_page && response.status() == StatusCode::SERVICE_UNAVAILABLE {
        // Without JavaScript nothing else tries again. Only where nothing typed could be lost.
        if let Ok(refresh) = HeaderValue::try_from(format!("15; url={}", context.here)) {
            response.headers_mut().insert(header::REFRESH, refresh);
        }
    }
    Ok(response)
}

async fn answered<E: Endpoint<Output = Response>>(
    context: &Context,
    next: Arc<E>,
    request: Request,
) -> poem::Result<Response> {
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => Ok(response),
        // 304 travels as an error and is none.
        Ok(Err(error)) if error.status() == StatusCode::NOT_MODIFIED => Ok(error.into_response()),
        Ok(Err(error))
            if error.downcast_ref::<Error>().is_some_and(|error| matches!(error, Error::NotSignedIn)) =>
        {
            Ok(to_sign_in(context, &context.here))
        }
        Ok(Err(error)) => {
            let status = error.status();
            if status.is_server_error() {
                tracing::error!(request_id = context.request_id, status = status.as_u16(), cause = %error, "request failed");
            } else if error.downcast_ref::<Error>().is_some_and(Error::is_defence) {
                note_refusal(context, &error);
            }
            Ok(error_answer(context, status))
        }
        Err(panic) => {
            let cause =
                panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            tracing::error!(
                request_id = context.request_id,
                cause = cause.unwrap_or("unknown"),
                "a handler panicked"
            );
            Ok(error_answer(context, StatusCode::INTERNAL_SERVER_ERROR))
        }
    }
}

/// A line for what was refused to somebody. From where it came is in HAProxy's log, under the same id.
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

/// An error's page; htmx shows it instead of whatever part it asked for.
pub fn error_answer(context: &Context, status: StatusCode) -> Response {
    let mut response = answer::html(status, error_page(context, status));
    let headers = response.headers_mut();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    if context.htmx {
        headers.insert("hx-retarget", HeaderValue::from_static("body"));
        headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    }
    response
}

/// Refuses what is asked for by a name that is not this site's, and writes that come from other sites.
pub async fn same_site<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    request: Request,
) -> poem::Result<Response> {
    web::hosts::check(&request, &app.config.public_url, &app.config.hosts)?;
    web::cross_site::check(&request, &app.config.public_url)?;
    next.call(request).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_in_the_log_has_no_secret() {
        let secret = "A".repeat(32);
        assert_eq!(super::without_secrets(&format!("/password/new/{secret}")), "/password/new/~");
        assert_eq!(super::without_secrets("/products/01h5"), "/products/01h5");
    }
}
