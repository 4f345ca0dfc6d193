//! Recurring kinds have one row each, made by whichever replica starts first.

use diesel::QueryResult;
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};

use super::{Recurring, queue};
use crate::app::App;
use crate::db::{Connection, Database};
use crate::error::Result;
use crate::id::Id;

type Insert = for<'c> fn(&'c mut Connection) -> BoxFuture<'c, QueryResult<()>>;

/// The only row of a kind.
#[derive(Clone, Copy)]
pub struct OnlyRow {
    database: fn(&App) -> &Database,
    insert: Insert,
}

impl OnlyRow {
    pub fn of<K: Recurring>() -> Self {
        Self { database: K::database, insert: |connection| Box::pin(insert::<K>(connection)) }
    }
}

/// Makes the missing rows of a database.
pub async fn start(rows: &[OnlyRow], app: &App, database: &Database) -> Result<()> {
    for row in rows.iter().filter(|row| (row.database)(app).name() == database.name()) {
        let insert = row.insert;
        database.run(async move |connection: &mut Connection| insert(connection).await).await?;
    }
    Ok(())
}

/// The id follows from the kind's name, so that there is one row however many replicas start.
async fn insert<K: Recurring>(connection: &mut Connection) -> QueryResult<()> {
    let hash: [u8; 32] = Sha256::digest(K::NAME).into();
    let id = *hash.first_chunk::<16>().expect("32 bytes are enough for 16");
    queue::insert(Id::from_bytes(id), &K::default(), connection).await
}
