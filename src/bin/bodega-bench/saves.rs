//! What a form's key costs: the same save of a product, alone in its transaction and together with the
//! claim of its key, at the database and without a page. Each worker saves a product of its own as it is.

use std::time::Duration;

use super::load::{self, Sample, Worker};
use super::stack::Stack;
use bodega::cli::Failure;
use bodega::db::products_schema::products;
use bodega::db::{self, Claim, Connection, Database, Outcome};
use bodega::id::Id;
use bodega::products::{Draft, Product, product};
use bodega::web::{Person, Role};
use diesel::prelude::*;
use diesel::result::Error as QueryError;
use diesel_async::{AsyncConnection, RunQueryDsl};

/// Saves of both kinds, a round each in turn.
#[derive(Default)]
pub struct Saves {
    pub with_key: Vec<Sample>,
    pub without_key: Vec<Sample>,
}

/// Measures as many rounds as the rest.
pub async fn measure(stack: &Stack) -> Result<Saves, Failure> {
    let database =
        Database::new("db_productos", &stack.databases.products_database_url, stack.database_connections);
    let rows = i64::try_from(stack.connections)?;
    let load = async move |connection: &mut Connection| {
        let rows = products::table.filter(products::deleted_at.is_null()).limit(rows);
        rows.select(Product::as_select()).load::<Product>(connection).await
    };
    let found = database.run(load).await?;
    let time = Duration::from_secs(stack.seconds);
    let mut saves = Saves::default();
    for round in 0..=stack.rounds {
        for (keyed, samples) in [(true, &mut saves.with_key), (false, &mut saves.without_key)] {
            let mut writers = Vec::new();
            for Product { id, .. } in &found {
                let id = *id;
                // As it is now: the rounds before have made new versions.
                let stored = database.run(async |connection| product::find(id, connection).await).await?;
                writers.extend(stored.map(|stored| Writer::new(&database, stored, keyed)));
            }
            let sample = load::hammer(writers, time).await;
            // The first round only warms up.
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    Ok(saves)
}

struct Writer {
    database: Database,
    id: Id,
    version: u32,
    draft: Draft,
    by: Person,
    keyed: bool,
}

impl Writer {
    fn new(database: &Database, stored: Product, keyed: bool) -> Self {
        let Product { id, name, code, description, units, category, version, .. } = stored;
        let draft = Draft { name, code, description, units, category };
        let (first_name, last_name) = ("bin".to_owned(), "bench".to_owned());
        let by = Person { id: Id::NIL, first_name, last_name, email: String::new(), role: Role::Clerk };
        Self { database: database.clone(), id, version, draft, by, keyed }
    }
}

impl Worker for Writer {
    async fn work(&mut self) -> bool {
        let (draft, id, version, by) = (self.draft.clone(), self.id, self.version, self.by.clone());
        let change =
            async move |connection: &mut Connection| draft.update(id, version, &by, connection).await;
        let is_saved = match self.keyed {
            true => {
                let claim = Claim { key: Id::new(), person: self.by.id, fingerprint: [0; 32] };
                matches!(db::once(&self.database, claim, change).await, Ok(Outcome::Done(_)))
            }
            false => {
                let alone = async move |connection: &mut Connection| {
                    let saved = connection.transaction(async move |connection| {
                        Ok::<_, QueryError>(change(connection).await?.is_ok())
                    });
                    saved.await
                };
                self.database.run(alone).await.unwrap_or(false)
            }
        };
        self.version += u32::from(is_saved);
        is_saved
    }
}
