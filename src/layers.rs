//! The layers around every route, each a function of the application, the next layer and the request.

mod context;
mod error_pages;
mod front;
mod observe;
mod same_site;

use poem::middleware::CatchPanic;
use poem::{Endpoint, EndpointExt, Response, Route};

pub use error_pages::{note_refusal, to_sign_in};

use context::context;
use error_pages::error_pages;
use front::through_front;
use observe::observe;
use same_site::same_site;

use crate::app::App;
use crate::auth::alive;
use crate::web::assets;

/// A layer that knows the application. No function with type parameters: each layer's type would name all types below
/// it several times.
macro_rules! layer {
    ($app:ident, $layer:path) => {{
        let app = $app.clone();
        move |next, request| $layer(app.clone(), next, request)
    }};
}

/// The whole stack, innermost first.
pub fn around(app: &App, pages: Route) -> impl Endpoint<Output = Response> + use<> {
    pages
        .map_to_response()
        .around(layer!(app, same_site))
        .around(layer!(app, error_pages))
        .around(layer!(app, context))
        .around(layer!(app, alive::first))
        .around(layer!(app, assets::first))
        .around(layer!(app, through_front))
        .around(layer!(app, observe))
        .with(CatchPanic::new())
        .map_to_response()
}
