//! The owner of the account.

use diesel::QueryResult;
use poem::{FromRequest, Request, RequestBody};
use tower_sessions_core::Session;

use crate::accounts::account::{self, Account};
use crate::app::App;
use crate::auth::session_store;
use crate::auth::sign_in::{self, Hash};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::web::{Person, SignedIn};

/// The signed-in person, with the sign-in that sent the request.
#[derive(Clone, Debug)]
pub struct Owner {
    pub person: Person,
    /// The id of the sign-in's row.
    pub sign_in: Hash,
}

impl<'a> FromRequest<'a> for Owner {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let SignedIn(person) = SignedIn::from_request(request, body).await?;
        let sign_in = request.data::<Session>().and_then(session_store::row_id).ok_or(Error::NotSignedIn)?;
        Ok(Self { person, sign_in })
    }
}

impl Owner {
    /// The stored account.
    ///
    /// # Errors
    ///
    /// [`Error::Away`] when the database is.
    pub async fn account(&self, app: &App) -> Result<Account> {
        let id = self.person.id;
        let account = app.users.run(async |connection| account::find(id, connection).await);
        account.await?.ok_or(Error::NotSignedIn)
    }

    /// Locks the account for the rest of the transaction. Refused if the sign-in has ended meanwhile.
    pub async fn lock(&self, connection: &mut Connection) -> QueryResult<Result<Account, Error>> {
        let account = account::lock(self.person.id, connection).await?;
        let goes_on = sign_in::goes_on(&self.sign_in, self.person.id, connection).await?;
        let account = account.filter(|account| account.disabled_at.is_none() && goes_on);
        Ok(account.ok_or(Error::NotSignedIn))
    }

    /// Ends all sign-ins of the account but this one.
    pub async fn end_others(&self, because: &str, connection: &mut Connection) -> QueryResult<()> {
        sign_in::end_all(self.person.id, Some(&self.sign_in), because, connection).await.map(|_| ())
    }
}
