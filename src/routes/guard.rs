//! What the table says of a route, done before its handler is called.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, Request, Response, Result};

use super::entry::{Access, Entry, Handler, Kind, Rule};
use super::{form, parking};
use crate::audit::log;
use crate::error::Error;
use crate::web::{RoutePattern, Visitor, allowed};

/// The handler of a route, behind what the table says of it.
pub fn guarded(Entry { rule, handler }: Entry) -> impl Endpoint<Output = Response> {
    handler.around(move |handler, request| guard(rule, handler, request))
}

/// Lets in who may use the route; reads and checks what forms sent.
async fn guard(rule: Rule, handler: Arc<Handler>, request: Request) -> Result<Response> {
    if let Some(route) = request.data::<RoutePattern>() {
        let _ = route.0.set(rule.path);
    }
    let visitor = request.data::<Visitor>().ok_or(Error::NotSignedIn)?;
    if rule.access != Access::Anyone && matches!(visitor, Visitor::Nobody | Visitor::Ended(_)) {
        return parking::sign_in_first(rule, request).await;
    }
    check(rule, visitor, &request)?;
    match rule.kind {
        Kind::Page => handler.call(request).await,
        Kind::Form | Kind::Switch => form::receive(rule, handler, request).await,
    }
}

fn check(rule: Rule, visitor: &Visitor, request: &Request) -> Result<(), Error> {
    match rule.access {
        // Even a page for anyone would show somebody as signed out who is not.
        Access::Anyone if rule.kind == Kind::Page && matches!(visitor, Visitor::Unknown(_)) => {
            visitor.person().map(|_| ())
        }
        Access::Anyone => Ok(()),
        Access::SignedIn => visitor.person().map(|_| ()),
        Access::May(permission) => {
            let allowed = allowed(visitor, permission);
            if let Err(Error::Forbidden) = &allowed {
                log::refused(request, permission);
            }
            allowed.map(|_| ())
        }
    }
}
