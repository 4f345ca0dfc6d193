//! Settings of the installation, in the database of accounts.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rand::Rng;

use crate::db::Connection;
use crate::db::users_schema::settings;
use crate::id::Id;

const SECRET: &str = "secret";
const ADMINISTRATOR: &str = "administrator";

/// The secret that all replicas share, if `bodega migrate` has made one.
pub async fn secret(connection: &mut Connection) -> QueryResult<Option<Vec<u8>>> {
    settings::table.find(SECRET).select(settings::value).first(connection).await.optional()
}

/// Makes the shared secret, 256 random bits, unless there is one.
pub async fn make_secret(connection: &mut Connection) -> QueryResult<()> {
    claim(SECRET, &rand::rng().random::<[u8; 32]>(), connection).await.map(|_| ())
}

/// Makes the account the installation's first administrator, unless there has been one. True for exactly one account,
/// however many register at once.
pub async fn claim_administration(account: Id, connection: &mut Connection) -> QueryResult<bool> {
    let taken: i64 = settings::table.find(ADMINISTRATOR).count().get_result(connection).await?;
    if taken > 0 {
        return Ok(false);
    }
    claim(ADMINISTRATOR, account.as_bytes(), connection).await
}

/// Serializes changes of who is an administrator, until this transaction ends. One row for all of them: locking the
/// administrators' own rows would lock every account that is read on the way to them.
pub async fn lock_administration(connection: &mut Connection) -> QueryResult<()> {
    let row = settings::table.find(ADMINISTRATOR).select(settings::name).for_update();
    row.first::<String>(connection).await.optional().map(|_| ())
}

/// Whether the installation has had an administrator.
pub async fn has_administrator(connection: &mut Connection) -> QueryResult<bool> {
    let count: i64 = settings::table.find(ADMINISTRATOR).count().get_result(connection).await?;
    Ok(count > 0)
}

async fn claim(name: &str, value: &[u8], connection: &mut Connection) -> QueryResult<bool> {
    let inserted = diesel::insert_or_ignore_into(settings::table)
        .values((settings::name.eq(name), settings::value.eq(value)))
        .execute(connection)
        .await?;
    Ok(inserted == 1)
}
