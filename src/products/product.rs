//! The row of a product, and the changes that it goes through.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::{category, word_index};
use crate::db::products_schema::products;
use crate::db::{Connection, now};
use crate::id::Id;
use crate::web::Person;

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
    /// Counts the saves; a save of an older version is refused.
    pub version: u32,
    /// UTC, as are the others.
    pub created_at: PrimitiveDateTime,
    pub updated_at: PrimitiveDateTime,
    /// Who saved last, by the name they had then.
    #[diesel(column_name = updated_by_name)]
    pub updated_by: String,
    pub deleted_at: Option<PrimitiveDateTime>,
}

/// What a person says of a product, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub code: String,
    pub description: String,
    pub units: u32,
    pub category: String,
}

/// Why a product is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another product, perhaps a deleted one, has the code.
    CodeTaken(Box<Product>),
    /// Someone else saved, deleted or restored it first; this is what is stored now.
    Stale(Box<Product>),
    /// There is no such product.
    Missing,
}

/// The result of a change within a transaction, as [`crate::web::Submission::once`] takes it.
pub type Change = QueryResult<Result<Id, Refusal>>;

/// The product with this key, deleted or not.
pub async fn find(id: Id, connection: &mut Connection) -> QueryResult<Option<Product>> {
    products::table.find(id).select(Product::as_select()).first(connection).await.optional()
}

/// What makes a code unique: the code without regard to case.
pub fn code_key(code: &str) -> String {
    code.to_lowercase()
}

impl Draft {
    fn words(&self, category: &str) -> std::collections::BTreeSet<String> {
        word_index::of(&self.code, &self.name, category, &self.description)
    }

    /// Stores a new product under the key of the form that asks for it.
    pub async fn insert(&self, id: Id, by: &Person, connection: &mut Connection) -> Change {
        let category = category::spelling(&self.category, connection).await?;
        let words = self.words(&category);
        let inserted = diesel::insert_into(products::table)
            .values((
                (products::id.eq(id), products::version.eq(1), products::created_at.eq(now())),
                (products::name.eq(&self.name), products::code.eq(&self.code)),
                (products::code_key.eq(code_key(&self.code)), products::description.eq(&self.description)),
                (products::units.eq(self.units), products::category.eq(&category)),
                (products::words.eq(word_index::text(&words)), products::updated_at.eq(now())),
                (products::updated_by.eq(by.id), products::updated_by_name.eq(by.full_name())),
            ))
            .execute(connection)
            .await;
        if let Err(error) = inserted {
            return self.code_taken(error, connection).await;
        }
        word_index::insert(id, words.iter(), connection).await?;
        // Last, since every product of the category waits for this row.
        category::add(&category, connection).await?;
        Ok(Ok(id))
    }

    /// Stores a new version of a product, if it is still the version that the person has seen.
    pub async fn update(&self, id: Id, version: u32, by: &Person, connection: &mut Connection) -> Change {
        let Some((stored, old_words)) = lock(id, connection).await? else { return Ok(Err(Refusal::Missing)) };
        if stored.version != version || stored.deleted_at.is_some() {
            return Ok(Err(Refusal::Stale(Box::new(stored))));
        }
        let category = category::spelling(&self.category, connection).await?;
        let words = self.words(&category);
        let updated = diesel::update(products::table.find(id))
            .set((
                (products::name.eq(&self.name), products::code.eq(&self.code)),
                (products::code_key.eq(code_key(&self.code)), products::description.eq(&self.description)),
                (products::units.eq(self.units), products::category.eq(&category)),
                (products::words.eq(word_index::text(&words)), products::version.eq(version + 1)),
                (products::updated_at.eq(now()), products::updated_by.eq(by.id)),
                products::updated_by_name.eq(by.full_name()),
            ))
            .execute(connection)
            .await;
        if let Err(error) = updated {
            return self.code_taken(error, connection).await;
        }
        word_index::delete(id, old_words.difference(&words).collect(), connection).await?;
        word_index::insert(id, words.difference(&old_words), connection).await?;
        if category != stored.category {
            category::remove(&stored.category, connection).await?;
            category::add(&category, connection).await?;
        }
        Ok(Ok(id))
    }

    /// Names the product that has the code, if that is what the database refused.
    async fn code_taken(&self, error: QueryError, connection: &mut Connection) -> Change {
        if !matches!(error, QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) {
            return Err(error);
        }
        let owner = products::table.filter(products::code_key.eq(code_key(&self.code)));
        let owner = owner.select(Product::as_select()).for_update().first(connection).await.optional()?;
        owner.map_or(Err(error), |owner| Ok(Err(Refusal::CodeTaken(Box::new(owner)))))
    }
}

/// Deletes a product: it is kept, with its code, and can be restored. Twice is as good as once.
pub async fn delete(id: Id, by: &Person, connection: &mut Connection) -> Change {
    let Some((stored, words)) = lock(id, connection).await? else { return Ok(Err(Refusal::Missing)) };
    if stored.deleted_at.is_none() {
        mark(&stored, by, Some(now()), connection).await?;
        word_index::delete(id, words.iter().collect(), connection).await?;
        category::remove(&stored.category, connection).await?;
    }
    Ok(Ok(id))
}

/// Restores a deleted product. Twice is as good as once.
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
async fn lock(
    id: Id,
    connection: &mut Connection,
) -> QueryResult<Option<(Product, std::collections::BTreeSet<String>)>> {
    let row: Option<(Product, String)> = products::table
        .find(id)
        .select((Product::as_select(), products::words))
        .for_update()
        .first(connection)
        .await
        .optional()?;
    Ok(row.map(|(product, words)| (product, word_index::parse(&words))))
}
