//! A line of the route table.

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::{EndpointExt, IntoEndpoint, Response};

use crate::web::Permission;

/// Who may use a route. Signing in is needed unless the table says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Anyone,
    SignedIn,
    May(Permission),
}

/// What a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Shows something.
    Page,
    /// Changes something, once for each `_submission`.
    Form,
    /// Changes something that may be repeated: signing in, signing out, switching the language.
    Switch,
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub path: &'static str,
    pub kind: Kind,
    pub access: Access,
    /// Whether a form sent by somebody who has to sign in first is parked until then.
    pub is_parked: bool,
}

pub type Handler = BoxEndpoint<'static, Response>;

/// One line of the route table.
pub struct Entry {
    pub rule: Rule,
    pub(super) handler: Handler,
}

impl Entry {
    pub fn new<E>(path: &'static str, kind: Kind, handler: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        let handler = handler.into_endpoint().map_to_response().boxed();
        Self { rule: Rule { path, kind, access: Access::SignedIn, is_parked: false }, handler }
    }

    /// Opens a route to people who are not signed in.
    pub fn for_anyone(mut self) -> Self {
        self.rule.access = Access::Anyone;
        self
    }

    /// Closes a route to people whose role may not do this.
    pub fn needs(mut self, permission: Permission) -> Self {
        self.rule.access = Access::May(permission);
        self
    }

    /// Parks what was typed by somebody who has to sign in first.
    pub fn parked(mut self) -> Self {
        self.rule.is_parked = true;
        self
    }

    pub fn method(&self) -> Method {
        match self.rule.kind {
            Kind::Page => Method::GET,
            Kind::Form | Kind::Switch => Method::POST,
        }
    }
}
