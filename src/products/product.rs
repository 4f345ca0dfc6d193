//! The row of a product; deleting and restoring it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::{category, word_index};
use crate::db::products_schema::products;
use crate::db::{Connection, now};
use crate::error::Error;
use crate::id::Id;
use crate::web::{Message, Person, Rejection};

/// A product as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = products)]
pub struct Product {
    pub id: Id,
    pub name: String,
    /// Stock keeping unit; unique without regard to case, also among deleted products.
    pub code: String,
    pub description: String,
    /// Units on hand.
    pub units: u32,
    pub category: String,
    /// Counts the saves, for optimistic locking.
    pub version: u32,
    /// UTC, as are the others.
    pub created_at: PrimitiveDateTime,
    pub updated_at: PrimitiveDateTime,
    /// Who saved last, by their name at the time.
    #[diesel(column_name = updated_by_name)]
    pub updated_by: String,
    pub deleted_at: Option<PrimitiveDateTime>,
}

/// Why a product is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another product, perhaps a deleted one, has the code.
    CodeTaken(Box<Product>),
    /// Somebody else changed it first; this is stored now.
    Stale(Box<Product>),
    /// There is no such product.
    Missing,
}

/// How a form says it.
impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::CodeTaken(owner) => {
                let key = if owner.deleted_at.is_some() { "code-taken-deleted" } else { "code-taken" };
                Self::Refused("code", Message::new(key).with("name", owner.name))
            }
            Refusal::Stale(stored) if stored.deleted_at.is_some() => {
                Self::Conflict(Message::new("product-deleted-meanwhile"))
            }
            Refusal::Stale(_) => Self::Conflict(Message::new("version-conflict")),
            Refusal::Missing => Self::Error(Error::NotFound),
        }
    }
}

/// The result of a change, as [`crate::web::Submission::once`] takes it.
pub type Change = QueryResult<Result<Id, Refusal>>;

/// The product with this key, deleted or not.
pub async fn find(id: Id, connection: &mut Connection) -> QueryResult<Option<Product>> {
    products::table.find(id).select(Product::as_select()).first(connection).await.optional()
}

/// What makes a code unique, whatever its case.
pub fn code_key(code: &str) -> String {
    code.to_lowercase()
}

/// Deletes a product, which is kept with its code and can be restored. Idempotent.
pub async fn delete(id: Id, by: &Person, connection: &mut Connection) -> Change {
    let Some((stored, words)) = lock(id, connection).await? else { return Ok(Err(Refusal::Missing)) };
    if stored.deleted_at.is_none() {
        mark(&stored, by, Some(now()), connection).await?;
        word_index::delete(id, words.iter().collect(), connection).await?;
        category::remove(&stored.category, connection).await?;
    }
    Ok(Ok(id))
}

/// Restores a deleted product. Idempotent.
pub async fn restore(id: Id, by: &Person, connection: &mut Connection) -> Change {
    let Some((stored, words)) = lock(id, connection).await? else { return Ok(Err(Refusal::Missing)) };
    if stored.deleted_at.is_some() {
        mark(&stored, by, None, connection).await?;
        word_index::insert(id, words.iter(), connection).await?;
        category::add(&stored.category, connection).await?;
    }
    Ok(Ok(id))
}

async fn mark(
    stored: &Product,
    by: &Person,
    deleted_at: Option<PrimitiveDateTime>,
    connection: &mut Connection,
) -> QueryResult<()> {
    diesel::update(products::table.find(stored.id))
        .set((
            (products::deleted_at.eq(deleted_at), products::version.eq(stored.version + 1)),
            (products::updated_at.eq(now()), products::updated_by.eq(by.id)),
            products::updated_by_name.eq(by.full_name()),
        ))
        .execute(connection)
        .await
        .map(|_| ())
}

/// The product and its words, locked for the rest of the transaction.
pub async fn lock(id: Id, connection: &mut Connection) -> QueryResult<Option<(Product, BTreeSet<String>)>> {
    let row: Option<(Product, String)> = products::table
        .find(id)
        .select((Product::as_select(), products::words))
        .for_update()
        .first(connection)
        .await
        .optional()?;
    Ok(row.map(|(product, words)| (product, word_index::parse(&words))))
}
