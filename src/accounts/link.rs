//! One-time links: a secret that is sent or shown once, and whose hash alone is stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rand::Rng;
use sha2::{Digest, Sha256};
use time::Duration;

use super::account::{self, Account};
use crate::db::users_schema::links;
use crate::db::{Connection, now};
use crate::id::Id;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Setting a new password.
    Password,
    /// Confirming a new e-mail address: the link's detail.
    Email,
}

impl LinkKind {
    fn key(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Email => "email",
        }
    }

    /// How long a link works.
    pub fn lifetime(self) -> Duration {
        Duration::minutes(30)
    }
}

/// A secret of 192 random bits as it appears in a URL, and its hash, which may be stored.
#[derive(Clone)]
pub struct Secret {
    pub text: String,
    pub hash: [u8; 32],
}

impl Secret {
    /// A new one.
    pub fn new() -> Self {
        let text = URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 24]>());
        Self { hash: hash(&text), text }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self::new()
    }
}

/// The stored form of a secret.
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// What a link leads to.
#[derive(Clone, Debug, Queryable)]
pub struct Link {
    pub account_id: Id,
    pub detail: String,
}

/// Stores a link. The account's earlier links of this kind stop working.
pub async fn insert(
    secret: &Secret,
    kind: LinkKind,
    account: Id,
    detail: &str,
    connection: &mut Connection,
) -> QueryResult<()> {
    revoke(kind, account, connection).await?;
    diesel::insert_into(links::table)
        .values((
            (links::id.eq(&secret.hash[..]), links::account_id.eq(account), links::kind.eq(kind.key())),
            (links::detail.eq(detail), links::created_at.eq(now())),
            links::expires_at.eq(now() + kind.lifetime()),
        ))
        .execute(connection)
        .await
        .map(|_| ())
}

/// Revokes the account's links of a kind.
pub async fn revoke(kind: LinkKind, account: Id, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(links::table)
        .filter(links::account_id.eq(account).and(links::kind.eq(kind.key())).and(links::used_at.is_null()))
        .set(links::used_at.eq(now()))
        .execute(connection)
        .await
        .map(|_| ())
}

/// The link of a secret, if it still works.
pub async fn find(text: &str, kind: LinkKind, connection: &mut Connection) -> QueryResult<Option<Link>> {
    links::table
        .filter(links::id.eq(&hash(text)[..]).and(links::kind.eq(kind.key())))
        .filter(links::used_at.is_null().and(links::expires_at.gt(now())))
        .select((links::account_id, links::detail))
        .first(connection)
        .await
        .optional()
}

/// Uses a link up, within the transaction of what it is used for, and locks its account. `None` if it does not work any
/// more, which of two concurrent uses one gets, or if the account is disabled.
pub async fn take(
    text: &str,
    kind: LinkKind,
    connection: &mut Connection,
) -> QueryResult<Option<(Account, Link)>> {
    let Some(link) = find(text, kind, connection).await? else { return Ok(None) };
    let account = account::lock(link.account_id, connection).await?;
    let Some(account) = account.filter(|account| account.disabled_at.is_none()) else { return Ok(None) };
    let taken = diesel::update(links::table.find(&hash(text)[..]))
        .filter(links::used_at.is_null())
        .set(links::used_at.eq(now()))
        .execute(connection)
        .await?;
    Ok((taken == 1).then_some((account, link)))
}
