//! Exactly once: a change claims its idempotency key in the transaction that makes it. The same key again waits for the
//! first transaction, then finds its answer. See `docs/EXACTLY-ONCE.md` for what InnoDB does in each case.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use time::Duration;

// Both databases have this table, with the same columns.
use super::products_schema::submissions;
use super::{Connection, Database, Work, committed, delete_before, now};
use crate::error::Result;
use crate::id::Id;

/// How long claims are kept: longer than keys are good.
pub const KEPT: Duration = Duration::hours(72);
/// Rows of a clean-up statement, whose locks must be short.
const BATCH: usize = 500;

/// A form's key, whose it is, and a hash of what was sent.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub key: Id,
    pub person: Id,
    pub fingerprint: [u8; 32],
}

impl Claim {
    /// Makes these bytes part of what the same form must repeat.
    pub fn with(self, bytes: &[u8]) -> Self {
        let fingerprint = Sha256::new().chain_update(self.fingerprint).chain_update(bytes).finalize().into();
        Self { fingerprint, ..self }
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T, R> {
    /// Made, by this call or an earlier one with the same key.
    Done(T),
    /// It was refused and nothing is changed; the key is still unused.
    Refused(R),
    /// The key was used for other content, or is another person's; nothing is changed.
    KeyReused,
}

enum Stop<R> {
    Refused(R),
    Failed(QueryError),
}

impl<R> From<QueryError> for Stop<R> {
    fn from(error: QueryError) -> Self {
        Self::Failed(error)
    }
}

/// Makes a change exactly once, in a transaction: however often this is called with the same claim, on whichever
/// replica, and whatever dies meanwhile. `change` runs again after deadlocks and lost connections; the claim tells
/// whether a lost COMMIT succeeded. A visitor who goes away does not stop it.
///
/// # Errors
///
/// As [`Database::run`]. Whether the change was made is then unknown, and the same call again is right.
pub async fn once<T, R, F>(database: &Database, claim: Claim, change: F) -> Result<Outcome<T, R>>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    R: Send + 'static,
    F: Work<Result<T, R>> + 'static,
{
    let with = database.clone();
    let task = database.spawn(async move {
        with.run(async move |connection| transaction(claim, change, connection).await).await
    });
    match task.await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

async fn transaction<T, R, F>(
    claim: Claim,
    change: F,
    connection: &mut Connection,
) -> QueryResult<Outcome<T, R>>
where
    T: Serialize + DeserializeOwned + Send + Sync,
    R: Send,
    F: Work<Result<T, R>>,
{
    let result = committed(connection.transaction(async move |connection| {
        if let Some(earlier) = claim.take(connection).await? {
            return Ok(earlier);
        }
        let value = change(connection).await?.map_err(Stop::Refused)?;
        claim.answer(&value, connection).await?;
        Ok(Outcome::Done(value))
    }));
    match result.await {
        Ok(once) => Ok(once),
        Err(Stop::Refused(refusal)) => Ok(Outcome::Refused(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

impl Claim {
    /// Takes the key, or returns the answer of its first use. It must be the first statement: an earlier snapshot would
    /// not show the row of the transaction it waited for.
    async fn take<T: DeserializeOwned, R>(
        self,
        connection: &mut Connection,
    ) -> QueryResult<Option<Outcome<T, R>>> {
        let inserted = diesel::insert_into(submissions::table)
            .values((
                submissions::person.eq(self.person),
                submissions::submission.eq(self.key),
                submissions::fingerprint.eq(&self.fingerprint[..]),
                submissions::created_at.eq(now()),
            ))
            .execute(connection)
            .await;
        match inserted {
            Ok(_) => Ok(None),
            Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
                self.earlier(connection).await
            }
            Err(error) => Err(error),
        }
    }

    async fn earlier<T: DeserializeOwned, R>(
        self,
        connection: &mut Connection,
    ) -> QueryResult<Option<Outcome<T, R>>> {
        let (fingerprint, answer): (Vec<u8>, Option<String>) = submissions::table
            .find((self.person, self.key))
            .select((submissions::fingerprint, submissions::answer))
            .for_update()
            .first(connection)
            .await?;
        if fingerprint != self.fingerprint {
            return Ok(Some(Outcome::KeyReused));
        }
        let answer = serde_json::from_str(answer.as_deref().unwrap_or("null"));
        answer
            .map(|value| Some(Outcome::Done(value)))
            .map_err(|error| QueryError::DeserializationError(error.into()))
    }

    async fn answer<T: Serialize>(self, value: &T, connection: &mut Connection) -> QueryResult<()> {
        let answer =
            serde_json::to_string(value).map_err(|error| QueryError::SerializationError(error.into()))?;
        diesel::update(submissions::table.find((self.person, self.key)))
            .set(submissions::answer.eq(answer))
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// Deletes a small batch of claims older than 72 h; returns how many.
pub async fn forget_expired(connection: &mut Connection) -> QueryResult<usize> {
    delete_before(("submissions", "created_at"), now() - KEPT, BATCH, connection).await
}
