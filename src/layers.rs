//! What surrounds every route: each layer a function of the application, what comes next, and the request.

mod context;
mod error_pages;
mod front;
mod observe;
mod same_site;

use std::sync::Arc;

use poem::middleware::CatchPanic;
use poem::{Endpoint, EndpointExt, Request, Response, Result};

pub use error_pages::{note_refusal, to_sign_in};

use context::context;
use error_pages::error_pages;
use front::through_front;
use observe::observe;
use same_site::same_site;

use crate::app::App;
use crate::auth::alive;
use crate::web::assets;

/// The whole stack, innermost first.
pub fn around<E>(app: &App, pages: E) -> impl Endpoint<Output = Response> + use<E>
where
    E: Endpoint<Output = Response> + 'static,
{
    pages
        .around(with(app, same_site))
        .around(with(app, error_pages))
        .around(with(app, context))
        .around(with(app, alive::first))
        .around(with(app, assets::first))
        .around(with(app, through_front))
        .around(with(app, observe))
        .with(CatchPanic::new())
        .map_to_response()
}

/// A layer that knows the application.
fn with<E, L, F>(app: &App, layer: L) -> impl Fn(Arc<E>, Request) -> F + Send + Sync + use<E, L, F>
where
    L: Fn(App, Arc<E>, Request) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response>>,
{
    let app = app.clone();
    move |next, request| layer(app.clone(), next, request)
}
