//! The rows of passkeys.

use data_encoding::HEXLOWER;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::RunQueryDsl;
use sha2::{Digest, Sha256};
use time::PrimitiveDateTime;
use webauthn_rs::prelude::{AuthenticationResult, Passkey};

use crate::db::users_schema::passkeys;
use crate::db::{Connection, now};
use crate::id::Id;

/// A passkey as its owner sees it.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    id: Vec<u8>,
    pub name: String,
    pub created_at: PrimitiveDateTime,
    pub last_used_at: Option<PrimitiveDateTime>,
}

impl Row {
    /// A row that is not stored, to try pages with.
    pub fn new(name: String, created_at: PrimitiveDateTime, last_used_at: Option<PrimitiveDateTime>) -> Self {
        Self { id: Vec::new(), name, created_at, last_used_at }
    }

    /// Its name in forms.
    pub fn key(&self) -> String {
        HEXLOWER.encode(&self.id)
    }
}

/// The key of a row: SHA-256 of the credential's id, which may have 1023 bytes.
fn id_of(credential: &[u8]) -> [u8; 32] {
    Sha256::digest(credential).into()
}

fn json(passkey: &Passkey) -> QueryResult<String> {
    serde_json::to_string(passkey).map_err(|error| QueryError::SerializationError(error.into()))
}

fn passkey(text: &str) -> QueryResult<Passkey> {
    serde_json::from_str(text).map_err(|error| QueryError::DeserializationError(error.into()))
}

/// Stores one. `false` if it is there already, even as another account's.
pub async fn insert(
    account: Id,
    name: &str,
    key: &Passkey,
    connection: &mut Connection,
) -> QueryResult<bool> {
    let inserted = diesel::insert_into(passkeys::table)
        .values((
            (passkeys::id.eq(&id_of(key.cred_id())[..]), passkeys::account_id.eq(account)),
            (passkeys::name.eq(name), passkeys::credential.eq(json(key)?), passkeys::created_at.eq(now())),
        ))
        .execute(connection)
        .await;
    match inserted {
        Ok(_) => Ok(true),
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// An account's, oldest first.
pub async fn of(account: Id, connection: &mut Connection) -> QueryResult<Vec<Row>> {
    passkeys::table
        .filter(passkeys::account_id.eq(account))
        .order((passkeys::created_at, passkeys::id))
        .select((passkeys::id, passkeys::name, passkeys::created_at, passkeys::last_used_at))
        .load(connection)
        .await
}

/// The same, as the ceremonies need them.
pub async fn credentials(account: Id, connection: &mut Connection) -> QueryResult<Vec<Passkey>> {
    let texts: Vec<String> = passkeys::table
        .filter(passkeys::account_id.eq(account))
        .select(passkeys::credential)
        .load(connection)
        .await?;
    texts.iter().map(|text| passkey(text)).collect()
}

/// The account's passkey with this credential id.
pub async fn find(
    account: Id,
    credential: &[u8],
    connection: &mut Connection,
) -> QueryResult<Option<Passkey>> {
    let text: Option<String> = passkeys::table
        .find(&id_of(credential)[..])
        .filter(passkeys::account_id.eq(account))
        .select(passkeys::credential)
        .first(connection)
        .await
        .optional()?;
    text.as_deref().map(passkey).transpose()
}

/// Stores a use, with the authenticator's new counter. `false` if the passkey is gone.
pub async fn used(
    mut key: Passkey,
    result: &AuthenticationResult,
    connection: &mut Connection,
) -> QueryResult<bool> {
    key.update_credential(result);
    let noted = diesel::update(passkeys::table.find(&id_of(key.cred_id())[..]))
        .set((passkeys::credential.eq(json(&key)?), passkeys::last_used_at.eq(now())))
        .execute(connection)
        .await?;
    Ok(noted == 1)
}

/// Removes one of an account's. Returns its name.
pub async fn delete(account: Id, key: &str, connection: &mut Connection) -> QueryResult<Option<String>> {
    let Ok(id) = HEXLOWER.decode(key.as_bytes()) else { return Ok(None) };
    let row = || passkeys::table.find(id.clone()).filter(passkeys::account_id.eq(account));
    let name: Option<String> = row().select(passkeys::name).first(connection).await.optional()?;
    diesel::delete(row()).execute(connection).await?;
    Ok(name)
}

/// Removes all of an account's. Whether there were any.
pub async fn delete_all(account: Id, connection: &mut Connection) -> QueryResult<bool> {
    let removed =
        diesel::delete(passkeys::table.filter(passkeys::account_id.eq(account))).execute(connection).await?;
    Ok(removed > 0)
}
