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
    /// Why it has ended, if it has.
    pub ended_because: Option<String>,
}

type Seen = (PrimitiveDateTime, PrimitiveDateTime, Option<String>);
const SEEN: (sign_ins::created_at, sign_ins::last_seen_at, sign_ins::ended_because) =
    (sign_ins::created_at, sign_ins::last_seen_at, sign_ins::ended_because);

impl Found {
    fn new((account, (created_at, last_seen_at, ended_because)): (Account, Seen)) -> Self {
        // A disabled account's sign-ins are ended in the same transaction; this is for good measure.
        let disabled = account.disabled_at.map(|_| "disabled".to_owned());
        Self { account, created_at, last_seen_at, ended_because: ended_because.or(disabled) }
    }
}

/// Stores a sign-in. Doing it twice leaves the same behind.
pub async fn insert(
    hash: &Hash,
    account: Id,
    origin: &Origin,
    connection: &mut Connection,
) -> QueryResult<()> {
    diesel::update(accounts::table.find(account))
        .set(accounts::last_seen_at.eq(now()))
        .execute(connection)
        .await?;
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

/// A sign-in with its account.
pub async fn find(hash: &Hash, connection: &mut Connection) -> QueryResult<Option<Found>> {
    let row = sign_ins::table
        .inner_join(accounts::table.on(accounts::id.eq(sign_ins::account_id)))
        .filter(sign_ins::id.eq(&hash[..]))
        .select((Account::as_select(), SEEN))
        .first(connection)
        .await
        .optional()?;
    Ok(row.map(Found::new))
}

/// The same, locked for the rest of the transaction.
pub async fn lock(hash: &Hash, connection: &mut Connection) -> QueryResult<Option<Found>> {
    // The account first, as everything that changes an account does.
    let row: Option<(Account, Seen)> = sign_ins::table
        .inner_join(accounts::table.on(accounts::id.eq(sign_ins::account_id)))
        .filter(sign_ins::id.eq(&hash[..]))
        .select((Account::as_select(), SEEN))
        .for_update()
        .first(connection)
        .await
        .optional()?;
    Ok(row.map(Found::new))
}

/// Notes a visit.
pub async fn touch(hash: &Hash, account: Id, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(accounts::table.find(account))
        .set(accounts::last_seen_at.eq(now()))
        .execute(connection)
        .await?;
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

/// Ends all sign-ins of an account but one, for good; part of a transaction that changes the account. Says how
/// many.
pub async fn end_all(
    account: Id,
    but: Option<&Hash>,
    because: &str,
    connection: &mut Connection,
) -> QueryResult<usize> {
    let but = but.map_or(Vec::new(), |hash| hash.to_vec());
    diesel::update(sign_ins::table)
        .filter(sign_ins::account_id.eq(account).and(sign_ins::ended_at.is_null()).and(sign_ins::id.ne(but)))
        .set((
            sign_ins::ended_at.eq(now()),
            sign_ins::ended_because.eq(because),
            sign_ins::lingering.eq(true),
        ))
        .execute(connection)
        .await
}

/// Says that Redis knows less of the account's sign-ins than the database now; part of a transaction
/// that changes what sessions hold of an account.
pub async fn unsettle(account: Id, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(sign_ins::table)
        .filter(sign_ins::account_id.eq(account).and(sign_ins::ended_at.is_null()))
        .set(sign_ins::lingering.eq(true))
        .execute(connection)
        .await
        .map(|_| ())
}

/// Not too many for one answer.
pub const LINGERING: usize = 100;

/// Sign-ins of which Redis has to be told something; at most [`LINGERING`].
pub async fn lingering(connection: &mut Connection) -> QueryResult<Vec<Vec<u8>>> {
    sign_ins::table
        .filter(sign_ins::lingering.eq(true))
        .select(sign_ins::id)
        .limit(LINGERING as i64)
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

/// A sign-in as an administrator sees it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sign_ins)]
pub struct Summary {
    pub address: String,
    pub agent: String,
    pub created_at: PrimitiveDateTime,
    pub last_seen_at: PrimitiveDateTime,
    pub ended_at: Option<PrimitiveDateTime>,
}

/// The latest sign-ins of an account, newest first.
pub async fn latest_of(account: Id, rows: i64, connection: &mut Connection) -> QueryResult<Vec<Summary>> {
    sign_ins::table
        .filter(sign_ins::account_id.eq(account))
        .order(sign_ins::created_at.desc())
        .select(Summary::as_select())
        .limit(rows)
        .load(connection)
        .await
}
