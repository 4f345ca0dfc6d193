//! Lets somebody in who has proven who they are. Whether that still holds, the sign-in, and its entry in the audit log
//! are one transaction, under the account's lock.

use diesel::QueryResult;
use diesel_async::AsyncConnection;
use poem::{Request, Response};
use tower_sessions_core::Session;
use tower_sessions_core::session::Id as SessionId;

use crate::accounts::{Account, account};
use crate::app::App;
use crate::audit::{Event, Source};
use crate::auth::sign_in::{self, Hash};
use crate::auth::{self, known_device, session};
use crate::db::{Connection, committed};
use crate::error::Result;
use crate::web::{LANGUAGE_COOKIE, Language, cookies};

/// Why nobody is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// What was proven no longer holds.
    Outdated,
    /// The session of this id has ended.
    Ended,
}

/// Somebody who has proven who they are, about to be let in.
#[derive(Clone)]
pub struct Admission {
    /// As it was when the proof was given.
    account: Account,
    session: SessionId,
    /// What was proven, for the audit log.
    by: &'static str,
    /// The browser's sign-in until now.
    before: Option<Hash>,
    source: Source,
}

impl Admission {
    /// By a new session of this id, or by the one that has it already.
    pub fn new(
        before: &Session,
        request: &Request,
        (account, session, by): (&Account, SessionId, &'static str),
    ) -> Self {
        Self {
            account: account.clone(),
            session,
            by,
            before: before.id().filter(|before| *before != session).map(|id| session::hash(&id)),
            source: Source::of(request).by(account),
        }
    }

    fn hash(&self) -> Hash {
        session::hash(&self.session)
    }

    /// Whether the session that it leads to has not ended meanwhile.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn goes_on(&self, app: &App) -> Result<bool> {
        let (hash, id) = (self.hash(), self.account.id);
        app.users.run(async |connection| sign_in::goes_on(&hash, id, connection).await).await
    }

    /// Stores the sign-in within a transaction, and ends the one before. Idempotent.
    pub async fn store(&self, connection: &mut Connection) -> QueryResult<Result<(), Refused>> {
        let Some(account) = account::lock_proven(&self.account, connection).await? else {
            return Ok(Err(Refused::Outdated));
        };
        if sign_in::insert(&self.hash(), account.id, &self.source.origin, connection).await? {
            self.source.record(Event::SignedIn, &account, self.by, connection).await?;
        } else if !sign_in::goes_on(&self.hash(), account.id, connection).await? {
            return Ok(Err(Refused::Ended));
        }
        if let Some(before) = &self.before {
            sign_in::end(before, "signed_out", connection).await?;
        }
        Ok(Ok(()))
    }

    /// Tells Redis and the browser, once it is stored.
    pub async fn welcome(&self, app: &App, request: &Request, response: &mut Response) {
        let store = auth::sessions(app).store();
        // Without Redis the row is enough.
        let _ = store.sync_some(self.account.id, vec![self.hash()]).await;
        if let Some(before) = &self.before {
            store.sync_one_or_later(before).await;
        }
        auth::sessions(app).keep(self.session, response);
        known_device::remember(app, request, self.account.id, response);
        let language = Language::from_tag(&self.account.language).unwrap_or_default();
        let (tag, secure) = (language.tag(), app.config.is_https());
        cookies::set(response, LANGUAGE_COOKIE, tag, Some(cookies::YEAR), secure);
    }
}

/// Signs in, if what was proven still holds.
///
/// # Errors
///
/// When the database is away.
pub async fn admit(
    app: &App,
    before: &Session,
    request: &Request,
    proven: (&Account, SessionId, &'static str),
    response: &mut Response,
) -> Result<Result<(), Refused>> {
    let admission = Admission::new(before, request, proven);
    let stored = app.users.run(async |connection| {
        let admission = admission.clone();
        let work = async move |connection: &mut Connection| admission.store(connection).await;
        committed(connection.transaction(work)).await
    });
    let stored = stored.await?;
    if stored.is_ok() {
        admission.welcome(app, request, response).await;
    }
    Ok(stored)
}
