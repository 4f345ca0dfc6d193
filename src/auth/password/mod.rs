//! Passwords: which are accepted, and how they are kept.

mod hasher;
mod rules;

pub use hasher::{Hasher, Verdict};
pub use rules::complaint;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::accounts::account::Account;
use crate::accounts::link::{self, Kind};
use crate::db::users_schema::accounts;
use crate::db::{Connection, now};

/// Stores the hash of a new password within a transaction. The account's links stop working.
pub async fn store(account: &Account, hash: &str, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(accounts::table.find(account.id))
        .set((accounts::password_hash.eq(hash), accounts::updated_at.eq(now())))
        .execute(connection)
        .await?;
    link::revoke(Kind::Password, account.id, connection).await?;
    link::revoke(Kind::Email, account.id, connection).await
}
