//! Who asks, and the session cookie.
//!
//! tower-sessions' own layer deletes the cookie when a record is missing and lets parallel requests
//! overwrite each other. Here only sign-in and sign-out answers touch the cookie, and a session holds
//! nothing that parallel requests change.

use std::sync::Arc;
use std::time::Duration;

use poem::{FromRequest, Request, RequestBody, Response};
use tower_sessions_core::session::Id as SessionId;
use tower_sessions_core::{Expiry, Session, SessionStore};

use super::{Context, Person, cookies};
use crate::error::{Error, Result};

const COOKIE: &str = "bodega_session";

/// How sessions travel: the store, and the cookie with its rules.
pub struct Sessions<S> {
    store: Arc<S>,
    secure: bool,
    idle: Duration,
    lifetime: Duration,
}

/// What is known of a request's sender.
#[derive(Clone, Debug)]
pub enum Visitor {
    SignedIn(Person),
    Nobody,
    /// Nobody any more, and why: a key of the texts `ended-…`.
    Ended(String),
    /// A cookie came, but what knows it is away.
    Unknown(String),
}

impl<S: SessionStore> Sessions<S> {
    pub fn new(store: Arc<S>, secure: bool, idle: Duration, lifetime: Duration) -> Self {
        Self { store, secure, idle, lifetime }
    }

    /// The session that a request's cookie names, or a new one. Asks nobody yet.
    pub fn open(&self, request: &Request) -> Session {
        self.session(
            cookies::get(request, COOKIE, self.secure).and_then(|value| value.parse::<SessionId>().ok()),
        )
    }

    /// Where sessions are kept.
    pub fn store(&self) -> &Arc<S> {
        &self.store
    }

    fn session(&self, id: Option<SessionId>) -> Session {
        let idle = time::Duration::try_from(self.idle).unwrap_or(time::Duration::MAX);
        Session::new(id, Arc::clone(&self.store), Some(Expiry::OnInactivity(idle)))
    }

    /// Gives the browser the cookie of a session that was just signed in.
    pub fn keep(&self, id: SessionId, response: &mut Response) {
        cookies::set(response, COOKIE, &id.to_string(), Some(self.lifetime), self.secure);
    }

    /// Takes the cookie away.
    pub fn drop(&self, response: &mut Response) {
        cookies::set(response, COOKIE, "", None, self.secure);
    }
}

impl Visitor {
    /// The signed-in person.
    ///
    /// # Errors
    ///
    /// [`Error::NotSignedIn`], or [`Error::Away`] when nobody can tell.
    pub fn person(&self) -> Result<&Person> {
        match self {
            Self::SignedIn(person) => Ok(person),
            Self::Nobody | Self::Ended(_) => Err(Error::NotSignedIn),
            Self::Unknown(why) => Err(Error::Away { what: "sessions", why: why.clone() }),
        }
    }
}

/// A handler with this in its signature is for signed-in people.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Person);

impl<'a> FromRequest<'a> for SignedIn {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let visitor = request.data::<Visitor>().ok_or(Error::NotSignedIn)?;
        Ok(Self(visitor.person()?.clone()))
    }
}

impl<'a> FromRequest<'a> for Context {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        request.data::<Self>().cloned().ok_or_else(|| Error::Internal("no context".into()).into())
    }
}
