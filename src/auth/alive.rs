//! Whether a sign-in goes on: what an open page asks every other second, so that it can say why it ended.
//!
//! Asked, not told: an event stream would hold a connection for each open page, of which a browser has six
//! in HTTP/1.1, and which every replica that drains would have to break.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::{Endpoint, IntoResponse, Request, Response};

use super::session;
use crate::app::App;
use crate::auth;
use crate::web::{ALIVE, RoutePattern};

/// Answers this one question before anything looks up who asks, since that would count as a visit.
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

/// 204, or where to sign in again.
async fn answer(app: &App, request: &Request) -> Response {
    let goes_on = match session::row_id(&auth::sessions(app).open(request)) {
        Some(hash) => auth::sessions(app).store().goes_on(&hash).await,
        None => Ok(false),
    };
    match goes_on {
        // Nobody knows while Redis is away, and the load balancer would ask all replicas after a 503.
        Ok(true) | Err(_) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => StatusCode::OK.with_header("HX-Redirect", "/login").into_response(),
    }
}
