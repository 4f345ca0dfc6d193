//! The rows of a second factor and of its recovery codes.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use sha2::{Digest, Sha256};

use super::code::{DIGITS, STEP, Secret};
use super::recovery_code::normal;
use crate::accounts::account;
use crate::auth::passkey;
use crate::db::users_schema::{factors, recovery_codes};
use crate::db::{Connection, now};
use crate::id::Id;

/// Why a second factor is not set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The code is not the application's present one.
    WrongCode,
    /// There is one already.
    AlreadySet,
    /// The password has changed since it was verified.
    Outdated,
}

/// What was proven with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Code,
    RecoveryCode,
}

impl Proof {
    /// By the length of what was typed: recovery codes are longer.
    pub fn of(typed: &str) -> Self {
        match normal(typed).len() {
            ..=DIGITS => Self::Code,
            _ => Self::RecoveryCode,
        }
    }

    /// What a sign-in was proven with, for the audit log.
    pub fn with_password(self) -> &'static str {
        match self {
            Self::Code => "password and code",
            Self::RecoveryCode => "password and recovery code",
        }
    }
}

/// The present step, by the database's clock: the only one that all replicas share.
async fn present(connection: &mut Connection) -> QueryResult<u64> {
    let seconds: i64 =
        diesel::select(sql::<BigInt>("CAST(UNIX_TIMESTAMP() AS SIGNED)")).get_result(connection).await?;
    Ok(seconds.unsigned_abs() / STEP)
}

/// Whether an account has a second factor.
pub async fn is_set(account: Id, connection: &mut Connection) -> QueryResult<bool> {
    let count: i64 = factors::table
        .filter(factors::account_id.eq(account).and(factors::confirmed_at.is_not_null()))
        .count()
        .get_result(connection)
        .await?;
    Ok(count > 0)
}

/// Whether an account has anything that an administrator could reset.
pub async fn is_anything_set(account: Id, connection: &mut Connection) -> QueryResult<bool> {
    Ok(is_set(account, connection).await? || !passkey::of(account, connection).await?.is_empty())
}

/// Stores a second factor and its recovery codes, confirmed by a first code, which is used up.
pub async fn insert(
    account: Id,
    secret: &Secret,
    typed: &str,
    codes: &[String],
    connection: &mut Connection,
) -> QueryResult<Result<(), Refusal>> {
    let Some(step) = secret.step_of(typed, present(connection).await?, 0) else {
        return Ok(Err(Refusal::WrongCode));
    };
    let inserted = diesel::insert_into(factors::table)
        .values((
            (factors::account_id.eq(account), factors::secret.eq(secret.as_bytes())),
            (factors::confirmed_at.eq(now()), factors::last_step.eq(step)),
        ))
        .execute(connection)
        .await;
    match inserted {
        Ok(_) => replace_recovery_codes(account, codes, connection).await.map(Ok),
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(Err(Refusal::AlreadySet)),
        Err(error) => Err(error),
    }
}

/// Accepts a code of the application or a recovery code, and uses it up: of two concurrent uses, on any replicas, one
/// is accepted.
pub async fn accept(account: Id, typed: &str, connection: &mut Connection) -> QueryResult<Option<Proof>> {
    let proof = Proof::of(typed);
    let is_accepted = match proof {
        Proof::Code => accept_code(account, typed, connection).await?,
        Proof::RecoveryCode => take_recovery_code(account, typed, connection).await?,
    };
    Ok(is_accepted.then_some(proof))
}

async fn accept_code(account: Id, typed: &str, connection: &mut Connection) -> QueryResult<bool> {
    let factor: Option<(Vec<u8>, u64)> = factors::table
        .filter(factors::account_id.eq(account).and(factors::confirmed_at.is_not_null()))
        .select((factors::secret, factors::last_step))
        .first(connection)
        .await
        .optional()?;
    let Some((secret, last)) = factor else { return Ok(false) };
    let Some(step) = Secret::from(secret).step_of(typed, present(connection).await?, last) else {
        return Ok(false);
    };
    // What was read may be outdated; this sees the row as it is.
    let accepted = diesel::update(factors::table.find(account).filter(factors::last_step.lt(step)))
        .set(factors::last_step.eq(step))
        .execute(connection)
        .await?;
    Ok(accepted == 1)
}

async fn take_recovery_code(account: Id, typed: &str, connection: &mut Connection) -> QueryResult<bool> {
    let taken = diesel::update(recovery_codes::table.find((account, &stored(typed)[..])))
        .filter(recovery_codes::used_at.is_null())
        .set(recovery_codes::used_at.eq(now()))
        .execute(connection)
        .await?;
    Ok(taken == 1)
}

/// Makes these the account's recovery codes; all others stop working.
pub async fn replace_recovery_codes(
    account: Id,
    codes: &[String],
    connection: &mut Connection,
) -> QueryResult<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account)))
        .execute(connection)
        .await?;
    let hashes: Vec<_> = codes.iter().map(|code| stored(code)).collect();
    let rows: Vec<_> = hashes
        .iter()
        .map(|hash| (recovery_codes::account_id.eq(account), recovery_codes::code.eq(&hash[..])))
        .collect();
    diesel::insert_into(recovery_codes::table).values(rows).execute(connection).await.map(|_| ())
}

/// Recovery codes that have not been used.
pub async fn recovery_codes_left(account: Id, connection: &mut Connection) -> QueryResult<u64> {
    let left: i64 = recovery_codes::table
        .filter(recovery_codes::account_id.eq(account).and(recovery_codes::used_at.is_null()))
        .count()
        .get_result(connection)
        .await?;
    Ok(left.unsigned_abs())
}

/// Removes an account's second factor and its recovery codes. Whether there was one.
pub async fn delete(account: Id, connection: &mut Connection) -> QueryResult<bool> {
    let removed = diesel::delete(factors::table.find(account)).execute(connection).await?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account)))
        .execute(connection)
        .await?;
    Ok(removed == 1)
}

/// The same with the passkeys, for somebody who has lost everything. Whether there was anything.
pub async fn reset(account: Id, connection: &mut Connection) -> QueryResult<bool> {
    account::lock(account, connection).await?;
    let had_factor = delete(account, connection).await?;
    Ok(passkey::delete_all(account, connection).await? || had_factor)
}

/// What is stored of a recovery code. For 140 random bits a fast hash is enough; older codes of 80 bits still work.
fn stored(code: &str) -> [u8; 32] {
    Sha256::digest(normal(code)).into()
}
