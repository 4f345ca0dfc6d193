//! A product as somebody describes it: checked, then stored.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::RunQueryDsl;

use super::product::{self, Change, Product, Refusal};
use super::{category, code, word_index};
use crate::db::products_schema::products;
use crate::db::{Connection, now};
use crate::id::Id;
use crate::text;
use crate::web::{Complaints, Message, Person, validation};

/// A product as typed, from a form, a file or a program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    pub name: &'a str,
    pub code: &'a str,
    pub description: &'a str,
    pub units: &'a str,
    pub category: &'a str,
}

/// A product as it may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub code: String,
    pub description: String,
    pub units: u32,
    pub category: String,
}

impl Draft {
    /// Checks an input, wherever it comes from. A stored code may stay, whatever its characters.
    pub fn parse(input: &Input, stored: Option<&Product>) -> Result<Self, Complaints> {
        let (code, number) = (text::tidy(input.code), text::tidy(input.units));
        let units = units(&number);
        let is_stored = stored.is_some_and(|stored| text::composed(&stored.code) == code);
        let draft = Self {
            name: text::tidy(input.name),
            // Invisible characters come with pasted text, where nobody could find them.
            description: text::tidy(&text::visible(input.description)),
            units: units.unwrap_or_default(),
            category: text::tidy(input.category),
            code,
        };
        let code = || if is_stored { None } else { code::complaint(&draft.code) };
        let not_units = || units.is_none().then(|| Message::new("units-invalid"));
        validation::all_well([
            ("name", validation::line(&draft.name, 120)),
            ("code", validation::line(&draft.code, 40).or_else(code)),
            ("description", validation::lines(&draft.description, 2000)),
            ("units", validation::line(&number, 20).or_else(not_units)),
            ("category", validation::line(&draft.category, 60)),
        ])?;
        Ok(draft)
    }

    fn words(&self, category: &str) -> BTreeSet<String> {
        word_index::of(&self.code, &self.name, category, &self.description)
    }

    /// Stores a new product under the key of its form.
    pub async fn insert(&self, id: Id, by: &Person, connection: &mut Connection) -> Change {
        let category = category::spelling(&self.category, connection).await?;
        let words = self.words(&category);
        let inserted = diesel::insert_into(products::table)
            .values((
                (products::id.eq(id), products::version.eq(1), products::created_at.eq(now())),
                (products::name.eq(&self.name), products::code.eq(&self.code)),
                (
                    products::code_key.eq(product::code_key(&self.code)),
                    products::description.eq(&self.description),
                ),
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
        // Last: all products of the category contend for this row.
        category::add(&category, connection).await?;
        Ok(Ok(id))
    }

    /// Stores a new version of a product, if nobody else has since `version`.
    pub async fn update(&self, id: Id, version: u32, by: &Person, connection: &mut Connection) -> Change {
        let Some((stored, old_words)) = product::lock(id, connection).await? else {
            return Ok(Err(Refusal::Missing));
        };
        if stored.version != version || stored.deleted_at.is_some() {
            return Ok(Err(Refusal::Stale(Box::new(stored))));
        }
        let category = category::spelling(&self.category, connection).await?;
        let words = self.words(&category);
        let updated = diesel::update(products::table.find(id))
            .set((
                (products::name.eq(&self.name), products::code.eq(&self.code)),
                (
                    products::code_key.eq(product::code_key(&self.code)),
                    products::description.eq(&self.description),
                ),
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

    /// Finds the product that has the code, if that is why the database refused.
    async fn code_taken(&self, error: QueryError, connection: &mut Connection) -> Change {
        if !matches!(error, QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) {
            return Err(error);
        }
        let owner = products::table.filter(products::code_key.eq(product::code_key(&self.code)));
        let owner = owner.select(Product::as_select()).for_update().first(connection).await.optional()?;
        owner.map_or(Err(error), |owner| Ok(Err(Refusal::CodeTaken(Box::new(owner)))))
    }
}

/// A whole number from 0 to 1,000,000,000, in digits alone.
fn units(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|units| is_number && *units <= 1_000_000_000)
}

#[cfg(test)]
mod tests;
