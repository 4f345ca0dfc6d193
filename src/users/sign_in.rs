//! The row of a sign-in, which outlives Redis.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::account::Account;
use crate::db::users_schema::{accounts, sign_ins};
use crate::db::{Connection, now};
use crate::id::Id;

/// SHA-256 of a session's id: what the cookie holds is stored nowhere.
pub type Hash = [u8; 32];

/// Where a sign-in came from.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Origin {
    /// The client's IP address, as HAProxy saw it.
    pub address: String,
    /// `User-Agent`, cut to 255 characters.
    pub agent: String,
}

/// What a session is made of when Redis has lost it.
pub struct Found {
    pub account: Account,
    pub created_at: PrimitiveDateTime,
    pub last_seen_at: PrimitiveDateTime,
}

/// Stores a sign-in. Doing it twice leaves the same behind.
pub async fn insert(
    hash: &Hash,
    account: Id,
    origin: &Origin,
    connection: &mut Connection,
) -> QueryResult<()> {
    diesel::insert_or_ignore_into(sign_ins::table)
        .values((
            sign_ins::id.eq(&hash[..]),
            sign_ins::account_id.eq(account),
            sign_ins::address.eq(&origin.address),
            sign_ins::agent.eq(&origin.agent),
            sign_ins::created_at.eq(now()),
            sign_ins::last_seen_at.eq(now()),
        ))
        .execute(connection)
        .await
        .map(|_| ())
}

/// A sign-in that has not ended, with its account.
pub async fn find(hash: &Hash, connection: &mut Connection) -> QueryResult<Option<Found>> {
    let row = sign_ins::table
        .inner_join(accounts::table.on(accounts::id.eq(sign_ins::account_id)))
        .filter(sign_ins::id.eq(&hash[..]).and(sign_ins::ended_at.is_null()))
        .select((Account::as_select(), sign_ins::created_at, sign_ins::last_seen_at))
        .first(connection)
        .await
        .optional()?;
    Ok(row.map(|(account, created_at, last_seen_at)| Found { account, created_at, last_seen_at }))
}

/// Notes a visit.
pub async fn touch(hash: &Hash, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(sign_ins::table.find(&hash[..]))
        .set(sign_ins::last_seen_at.eq(now()))
        .execute(connection)
        .await
        .map(|_| ())
}

/// Ends a sign-in, for good: Redis may hold its session a little longer, and `lingering` says so until
/// Redis has been told.
pub async fn end(hash: &Hash, because: &str, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(sign_ins::table.find(&hash[..]).filter(sign_ins::ended_at.is_null()))
        .set((
            sign_ins::ended_at.eq(now()),
            sign_ins::ended_because.eq(because),
            sign_ins::lingering.eq(true),
        ))
        .execute(connection)
        .await
        .map(|_| ())
}

/// Sign-ins that have ended without Redis being told; at most a hundred.
pub async fn lingering(connection: &mut Connection) -> QueryResult<Vec<Vec<u8>>> {
    sign_ins::table
        .filter(sign_ins::lingering.eq(true))
        .select(sign_ins::id)
        .limit(100)
        .load(connection)
        .await
}

/// Redis has been told.
pub async fn settle(hash: &Hash, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(sign_ins::table.find(&hash[..]))
        .set(sign_ins::lingering.eq(false))
        .execute(connection)
        .await
        .map(|_| ())
}
