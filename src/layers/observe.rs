//! Request id, log line, metrics, headers, compression.

use std::sync::Arc;
use std::time::Instant;

use poem::http::HeaderValue;
use poem::{Endpoint, Error, Request, Response, Result};

use crate::app::App;
use crate::id::Id;
use crate::text::without_secrets;
use crate::web::{ALIVE, RequestId, RoutePattern, compress, headers};

pub async fn observe<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    mut request: Request,
) -> Result<Response> {
    let started = Instant::now();
    let (id, route) = (request_id(&request), RoutePattern::default());
    let (method, path) = (request.method().clone(), without_secrets(request.uri().path()));
    let gzip = compress::accepts(request.headers(), "gzip");
    request.set_data(app.clone());
    request.set_data(RequestId(id.clone()));
    request.set_data(route.clone());
    let response = next.call(request).await.unwrap_or_else(Error::into_response);
    let mut response = compress::page(response, gzip).await;
    let replica = HeaderValue::from_str(&app.config.replica).expect("checked when configured");
    headers::add(&mut response, &replica, &id, app.config.is_https());
    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    let route = route.0.get().copied().unwrap_or("none");
    app.metrics.request(route, method.as_str(), status, elapsed.as_secs_f64());
    let ms = elapsed.as_secs_f64() * 1000.0;
    if route == ALIVE {
        // Open pages ask all the time.
        tracing::debug!(request_id = %id, %method, path, route, status, ms, "request");
    } else {
        tracing::info!(request_id = %id, %method, path, route, status, ms, "request");
    }
    Ok(response)
}

/// HAProxy's id of the request, or a new one.
fn request_id(request: &Request) -> Arc<str> {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_:.".contains(&b);
    let fits = |id: &&str| (1..=64).contains(&id.len()) && id.bytes().all(is_allowed);
    let given = request.header("x-request-id").filter(fits).map(Arc::from);
    given.unwrap_or_else(|| Id::new().to_string().into())
}
