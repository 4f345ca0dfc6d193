//! The owner's current sign-ins.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::Owner;
use crate::app::App;
use crate::db::now;
use crate::db::users_schema::sign_ins;
use crate::error::Result;
use crate::id::Id;

/// How many are shown at most, last seen first.
const MOST: i64 = 100;

/// A sign-in as its owner sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its name in addresses: half of the hash of the session id.
    pub handle: Id,
    pub address: String,
    pub agent: String,
    pub created_at: PrimitiveDateTime,
    pub last_seen_at: PrimitiveDateTime,
    /// Whether it is the current one.
    pub is_this: bool,
    /// The key of the form that ends it.
    pub key: String,
}

type Row = (Vec<u8>, String, String, PrimitiveDateTime, PrimitiveDateTime);

/// The name of a sign-in in addresses.
pub fn handle(hash: &[u8]) -> Option<Id> {
    hash.first_chunk::<16>().copied().map(Id::from_bytes)
}

/// The first and the last hash with this name.
pub fn hashes(handle: Id) -> (Vec<u8>, Vec<u8>) {
    let with = |rest: u8| [&handle.as_bytes()[..], &[rest; 16]].concat();
    (with(0), with(255))
}

/// Loads the sign-ins that have not ended.
pub async fn load(app: &App, owner: &Owner) -> Result<Vec<Listed>> {
    let (idle, lifetime) = (app.config.session_idle(), app.config.session_lifetime());
    let person = owner.person.id;
    let rows = app.users.run(async |connection| {
        sign_ins::table
            .filter(sign_ins::account_id.eq(person).and(sign_ins::ended_at.is_null()))
            .filter(sign_ins::last_seen_at.gt(now() - idle).and(sign_ins::created_at.gt(now() - lifetime)))
            .order(sign_ins::last_seen_at.desc())
            .select((
                sign_ins::id,
                sign_ins::address,
                sign_ins::agent,
                sign_ins::created_at,
                sign_ins::last_seen_at,
            ))
            .limit(MOST)
            .load::<Row>(connection)
            .await
    });
    let mut listed: Vec<Listed> = rows.await?.into_iter().filter_map(|row| listed(app, owner, row)).collect();
    listed.sort_by_key(|sign_in| !sign_in.is_this);
    Ok(listed)
}

fn listed(app: &App, owner: &Owner, (hash, address, agent, created_at, last_seen_at): Row) -> Option<Listed> {
    let (handle, is_this) = (handle(&hash)?, hash == owner.sign_in);
    let key = app.signer.issue(owner.person.id);
    Some(Listed { handle, address, agent, created_at, last_seen_at, is_this, key })
}

/// The key of the form that ends all other sign-ins, if there are any. Pages that change credentials offer it.
///
/// # Errors
///
/// When the database is away.
pub async fn others(app: &App, owner: &Owner) -> Result<Option<String>> {
    let are_there = load(app, owner).await?.iter().any(|sign_in| !sign_in.is_this);
    Ok(are_there.then(|| app.signer.issue(owner.person.id)))
}
