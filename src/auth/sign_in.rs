//! The row of a sign-in. It outlives Redis.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use crate::accounts::{Account, account};
use crate::db::users_schema::{accounts, sign_ins};
use crate::db::{Connection, now};
use crate::id::Id;
use crate::web::Origin;

/// SHA-256 of a session's id. What the cookie holds is stored nowhere.
pub type Hash = [u8; 32];

/// A sign-in and its account: what a session is made of.
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
        // A second safeguard: disabling an account ends its sign-ins in the same transaction.
        let disabled = account.disabled_at.map(|_| "disabled".to_owned());
        Self { account, created_at, last_seen_at, ended_because: ended_because.or(disabled) }
    }
}

/// Stores a sign-in. `false` if it is there already.
pub async fn insert(
    hash: &Hash,
    account: Id,
    origin: &Origin,
    connection: &mut Connection,
) -> QueryResult<bool> {
    diesel::update(accounts::table.find(account))
        .set(accounts::last_seen_at.eq(now()))
        .execute(connection)
        .await?;
    let inserted = diesel::insert_or_ignore_into(sign_ins::table)
        .values((
            sign_ins::id.eq(&hash[..]),
            sign_ins::account_id.eq(account),
            sign_ins::address.eq(&origin.address),
            sign_ins::agent.eq(&origin.agent),
            sign_ins::created_at.eq(now()),
            sign_ins::last_seen_at.eq(now()),
        ))
        .execute(connection)
        .await?;
    Ok(inserted == 1)
}

/// Whether a sign-in is the account's and has not ended. Locks its row.
pub async fn goes_on(hash: &Hash, account: Id, connection: &mut Connection) -> QueryResult<bool> {
    let alive = sign_ins::table.find(&hash[..]).filter(sign_ins::ended_at.is_null()).for_update();
    let of = alive.select(sign_ins::account_id).first::<Id>(connection).await.optional()?;
    Ok(of == Some(account))
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

/// These sign-ins of an account, locked for the rest of the transaction; each `None` if the account is gone.
pub async fn lock(
    account: Id,
    hashes: &[Hash],
    connection: &mut Connection,
) -> QueryResult<Vec<(Hash, Option<Found>)>> {
    let account = account::lock(account, connection).await?;
    let rows: Vec<(Vec<u8>, Seen)> = sign_ins::table
        .filter(sign_ins::id.eq_any(hashes.iter().map(|hash| &hash[..])))
        .select((sign_ins::id, SEEN))
        .for_update()
        .load(connection)
        .await?;
    let found = |(id, seen)| Some((hash(id)?, account.clone().map(|account| Found::new((account, seen)))));
    Ok(rows.into_iter().filter_map(found).collect())
}

fn hash(id: Vec<u8>) -> Option<Hash> {
    id.try_into().ok()
}

/// Stores the time of a visit.
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

/// Ends a sign-in. Redis may hold its session a little longer, so it is stale until Redis has been told. Whether it had
/// not ended before.
pub async fn end(hash: &Hash, because: &str, connection: &mut Connection) -> QueryResult<bool> {
    let ended = diesel::update(sign_ins::table.find(&hash[..]).filter(sign_ins::ended_at.is_null()))
        .set((
            sign_ins::ended_at.eq(now()),
            sign_ins::ended_because.eq(because),
            sign_ins::lingering.eq(true),
        ))
        .execute(connection)
        .await?;
    Ok(ended == 1)
}

/// Ends all sign-ins of an account but one, and those that are under way; part of a transaction that changes the account.
/// Returns how many.
pub async fn end_all(
    account: Id,
    but: Option<&Hash>,
    because: &str,
    connection: &mut Connection,
) -> QueryResult<usize> {
    diesel::update(accounts::table.find(account))
        .set(accounts::epoch.eq(accounts::epoch + 1))
        .execute(connection)
        .await?;
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

/// Marks the account's sign-ins as stale in Redis; part of a transaction that changes what sessions hold of an account.
pub async fn mark_stale(account: Id, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(sign_ins::table)
        .filter(sign_ins::account_id.eq(account).and(sign_ins::ended_at.is_null()))
        .set(sign_ins::lingering.eq(true))
        .execute(connection)
        .await
        .map(|_| ())
}

/// So many at once: no change of their account is to wait long.
pub const STALE_BATCH: usize = 100;

/// Sign-ins of which Redis has not been told, of one account or of all, by their accounts; at most [`STALE_BATCH`].
pub async fn stale(whose: Option<Id>, connection: &mut Connection) -> QueryResult<BTreeMap<Id, Vec<Hash>>> {
    let mut stale = sign_ins::table
        .filter(sign_ins::lingering.eq(true))
        .select((sign_ins::account_id, sign_ins::id))
        .limit(STALE_BATCH as i64)
        .into_boxed();
    if let Some(account) = whose {
        stale = stale.filter(sign_ins::account_id.eq(account));
    }
    let mut by_account = BTreeMap::<Id, Vec<Hash>>::new();
    for (account, id) in stale.load::<(Id, Vec<u8>)>(connection).await? {
        by_account.entry(account).or_default().extend(hash(id));
    }
    Ok(by_account)
}

/// Whose a sign-in is.
pub async fn account_of(hash: &Hash, connection: &mut Connection) -> QueryResult<Option<Id>> {
    let account = sign_ins::table.find(&hash[..]).select(sign_ins::account_id);
    account.first(connection).await.optional()
}

/// Notes that Redis has been told.
pub async fn mark_synced(hashes: &[Hash], connection: &mut Connection) -> QueryResult<()> {
    diesel::update(sign_ins::table.filter(sign_ins::id.eq_any(hashes.iter().map(|hash| &hash[..]))))
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
