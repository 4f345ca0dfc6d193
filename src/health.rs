//! The internal port of a replica: health and metrics. Never reachable through HAProxy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Endpoint, EndpointExt, Response, Route, get, handler};

use crate::app::App;

/// Whether this replica should get traffic: started and not draining. It says nothing of MySQL or
/// Redis: else one slow database would take all replicas out at once.
#[derive(Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub fn set(&self, is_ready: bool) {
        self.0.store(is_ready, Ordering::Release);
    }
}

#[handler]
fn live() -> &'static str {
    "live\n"
}

#[handler]
fn ready(readiness: Data<&Readiness>) -> (StatusCode, &'static str) {
    match readiness.0.0.load(Ordering::Acquire) {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}

#[handler]
fn metrics(app: &App) -> Response {
    for database in [&app.users, &app.products] {
        app.metrics.pool(database.name(), database.pool_state());
    }
    app.metrics.redis_failures(app.redis.failures());
    // Version 0.0.4 of the text format (Prometheus, "Exposition formats").
    Response::builder().content_type("text/plain; version=0.0.4; charset=utf-8").body(app.metrics.text())
}

/// What the internal port answers. `app` comes when the replica has started.
pub fn internal(readiness: Readiness, app: Option<App>) -> impl Endpoint<Output = Response> {
    let routes = Route::new().at("/health/live", get(live)).at("/health/ready", get(ready));
    let routes = match app {
        Some(app) => routes.at("/metrics", get(metrics.data(app))),
        None => routes,
    };
    routes.data(readiness).map_to_response()
}
