//! Whether a sign-in goes on: open pages ask this every other second, so that they can say why it ended.
//!
//! Polled, not pushed: an event stream would hold one of a browser's six HTTP/1.1 connections for each open page, and
//! every draining replica would have to break it.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::{Endpoint, IntoResponse, Request, Response};

use super::session;
use crate::app::App;
use crate::auth;
use crate::web::{ALIVE, RoutePattern};

/// Answers before the session is looked up, since that would count as a visit.
pub async fn first<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    request: Request,
) -> poem::Result<Response> {
    if request.method() != Method::GET || request.uri().path() != ALIVE {
        return next.call(request).await;
    }
    if let Some(route) = request.data::<RoutePattern>() {
        let _ = route.0.set(ALIVE);
    }
    Ok(answer(&app, &request).await)
}

/// 204, or the sign-in page's address.
async fn answer(app: &App, request: &Request) -> Response {
    let goes_on = match session::row_id(&auth::sessions(app).open(request)) {
        Some(hash) => auth::sessions(app).store().goes_on(&hash).await,
        None => Ok(false),
    };
    match goes_on {
        // While Redis is away nobody knows; and after a 503 the load balancer would ask all replicas.
        Ok(true) | Err(_) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => StatusCode::OK.with_header("HX-Redirect", "/login").into_response(),
    }
}
