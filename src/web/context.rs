//! What pages need to know about their request.

use std::sync::{Arc, OnceLock};

use super::{Language, Notice, Permission, Role};
use crate::id::Id;

/// The id of a request: HAProxy's, or our own where there is none.
#[derive(Clone)]
pub struct RequestId(pub Arc<str>);

/// The pattern of the route that answers, set when it is found.
#[derive(Clone, Default)]
pub struct RoutePattern(pub Arc<OnceLock<&'static str>>);

/// A signed-in person as their session knows them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Person {
    pub id: Id,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: Role,
}

impl Person {
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The request as pages see it.
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub language: Language,
    /// The signed-in person, if any.
    pub person: Option<Person>,
    /// A session cookie came but cannot be looked up now: show neither a sign-in link nor a person.
    pub is_unknown: bool,
    /// Path and query of the current page, to come back to.
    pub here: String,
    /// What was just done, to be said by this page.
    pub notice: Option<Notice>,
    /// HAProxy's id of the request, as in both logs.
    pub request_id: String,
    /// Whether the site's address allows passkeys.
    pub passkeys: bool,
    /// Whether a form of this page was sent by somebody who had to sign in first, and nothing was done.
    pub is_unsent: bool,
    /// Whether htmx asked (`HX-Request`).
    pub htmx: bool,
    /// Whether htmx wants only a part (`HX-Request-Type: partial`).
    pub partial: bool,
}

impl Context {
    /// Whether the signed-in person may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.person.as_ref().is_some_and(|person| person.role.may(permission))
    }

    /// Whom forms are issued to: the signed-in person, or [`Id::NIL`] for visitors.
    pub fn person_id(&self) -> Id {
        self.person.as_ref().map_or(Id::NIL, |person| person.id)
    }
}
