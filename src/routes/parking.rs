//! Parks a form while its sender signs in.

use poem::http::{Method, StatusCode};
use poem::{Request, Response, Result};

use super::entry::Rule;
use crate::app::App;
use crate::auth::{self, Action};
use crate::error::Error;
use crate::layers;
use crate::web::{Context, Fields, Visitor, origin, parked, unsent};

/// Sends a visitor to the sign-in page, and from there back to where they are.
pub async fn sign_in_first(rule: Rule, mut request: Request) -> Result<Response> {
    let context = request.data::<Context>().cloned().unwrap_or_default();
    let mut next = context.here.clone();
    if rule.is_parked && !context.htmx {
        next = park(&next, &mut request).await?;
    } else if request.method() == Method::POST && !context.htmx {
        next = unsent::mark(&next);
    }
    Ok(layers::to_sign_in(&context, &next))
}

/// Where the form will be shown again.
async fn park(page: &str, request: &mut Request) -> Result<String, Error> {
    let mut fields = Fields::read(request).await?.without_secrets();
    // A second factor's code; a product's code stays.
    if request.original_uri().path().starts_with("/account/") {
        fields.remove("code");
    }
    let id = parked::new_id();
    let app = request.data::<App>().ok_or(Error::NotSignedIn)?;
    let visitor = request.data::<Visitor>().ok_or(Error::NotSignedIn)?;
    // Anyone can send forms without being signed in. A form over the limit is reported as lost.
    if auth::rate_limiter(app).count(Action::Draft, &origin(request).address).await.is_ok() {
        parked::keep(&app.redis, &id, visitor, &fields).await;
    }
    Ok(parked::address(page, &id))
}

/// Forgets a parked form that has been saved.
pub async fn end_if_saved(app: &App, id: &str, response: &Response) {
    if response.status() == StatusCode::SEE_OTHER || response.headers().contains_key("HX-Location") {
        parked::end(&app.redis, id).await;
    }
}
