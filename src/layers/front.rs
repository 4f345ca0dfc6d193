//! Requests come through HAProxy, or not at all.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::web::RequestId;

/// Refuses what did not come through HAProxy, if the two share a secret: anybody who reached this port directly could
/// claim any client address.
pub async fn through_front<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    request: Request,
) -> Result<Response> {
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
