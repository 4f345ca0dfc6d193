//! Passwords: which are accepted, and how they are kept.

mod hasher;
mod rules;

pub use hasher::{Hasher, Verdict};
pub use rules::complaint;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::accounts::{Account, LinkKind, link};
use crate::audit::{Event, Source};
use crate::auth::end_reason;
use crate::auth::sign_in::{self, Hash};
use crate::db::users_schema::accounts;
use crate::db::{Connection, now};
use crate::mail::letters;

/// A new password, to be stored.
#[derive(Clone, Debug)]
pub struct NewPassword {
    pub hash: String,
    pub source: Source,
    /// Whether the person can be mailed.
    pub mail: bool,
}

impl NewPassword {
    /// Stores it within a transaction: the account's links stop working, its sign-ins end but one, the change is recorded,
    /// and the person told.
    pub async fn store(
        &self,
        account: &Account,
        but: Option<&Hash>,
        detail: &str,
        connection: &mut Connection,
    ) -> QueryResult<()> {
        diesel::update(accounts::table.find(account.id))
            .set((accounts::password_hash.eq(&self.hash), accounts::updated_at.eq(now())))
            .execute(connection)
            .await?;
        link::revoke(LinkKind::Password, account.id, connection).await?;
        link::revoke(LinkKind::Email, account.id, connection).await?;
        sign_in::end_all(account.id, but, end_reason::PASSWORD, connection).await?;
        self.source.record(Event::PasswordChanged, account, detail, connection).await?;
        if self.mail {
            letters::password_changed(account).post(connection).await?;
        }
        Ok(())
    }
}
