//! The internal port of a replica: health and metrics. Never reachable through HAProxy.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Endpoint, EndpointExt, IntoResponse, Response, Route, get, handler};

use crate::app::App;

/// What the internal port knows of the replica.
#[derive(Clone, Default)]
pub struct Health(Arc<State>);

#[derive(Default)]
struct State {
    app: OnceLock<App>,
    ready: AtomicBool,
}

impl Health {
    /// The replica has started: there is something to measure.
    pub fn started(&self, app: App) {
        let _ = self.0.app.set(app);
    }

    /// Whether this replica should get traffic: started and not draining. It says nothing of MySQL or
    /// Redis: else one slow database would take all replicas out at once.
    pub fn set_ready(&self, is_ready: bool) {
        self.0.ready.store(is_ready, Ordering::Release);
    }
}

#[handler]
fn live() -> &'static str {
    "live\n"
}

#[handler]
fn ready(health: Data<&Health>) -> (StatusCode, &'static str) {
    match health.0.0.ready.load(Ordering::Acquire) {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}

#[handler]
fn metrics(health: Data<&Health>) -> Response {
    let Some(app) = health.0.0.app.get() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    for database in [&app.users, &app.products] {
        app.metrics.pool(database.name(), database.pool_state());
    }
    app.metrics.redis_failures(app.redis.failures());
    // Version 0.0.4 of the text format (Prometheus, "Exposition formats").
    Response::builder().content_type("text/plain; version=0.0.4; charset=utf-8").body(app.metrics.text())
}

/// What the internal port answers.
pub fn internal(health: Health) -> impl Endpoint<Output = Response> {
    Route::new()
        .at("/health/live", get(live))
        .at("/health/ready", get(ready))
        .at("/metrics", get(metrics))
        .data(health)
        .map_to_response()
}
