//! What surrounds every route: each layer a function of the application, what comes next, and the request.

mod context;
mod error_pages;
mod front;
mod observe;
mod same_site;

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
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
    let pages = with(app, same_site, pages.boxed());
    let pages = with(app, error_pages, pages);
    let pages = with(app, context, pages);
    let pages = with(app, alive::first, pages);
    let pages = with(app, assets::first, pages);
    let pages = with(app, through_front, pages);
    with(app, observe, pages).with(CatchPanic::new()).map_to_response()
}

type Boxed = BoxEndpoint<'static, Response>;

/// Surrounds pages with a layer that knows the application. Boxed: each layer's type would hold that of the next
/// several times, and seven of them made a binary of 3 GB.
fn with<L, F>(app: &App, layer: L, pages: Boxed) -> Boxed
where
    L: Fn(App, Arc<Boxed>, Request) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let app = app.clone();
    pages.around(move |next, request| layer(app.clone(), next, request)).boxed()
}
