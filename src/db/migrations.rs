//! Migrations of both databases, run once by `bodega migrate`.

use diesel::migration::{Migration, MigrationSource};
use diesel::mysql::Mysql;
use diesel::sql_types::{BigInt, Integer, Nullable};
use diesel::{QueryResult, QueryableByName};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Connection;

const USERS: EmbeddedMigrations = embed_migrations!("migrations/users");
const PRODUCTS: EmbeddedMigrations = embed_migrations!("migrations/products");

/// One of the two schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    Users,
    Products,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Schema {
    fn migrations(self) -> EmbeddedMigrations {
        match self {
            Self::Users => USERS,
            Self::Products => PRODUCTS,
        }
    }

    fn names(self) -> Result<Vec<String>, Failure> {
        let migrations: Vec<Box<dyn Migration<Mysql>>> = self.migrations().migrations()?;
        Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
    }
}

/// Runs the pending migrations and returns their names. A named lock keeps two from running at once; MySQL commits
/// schema changes statement by statement, so there is nothing better.
pub async fn run(schema: Schema, mut connection: Connection) -> Result<Vec<String>, Failure> {
    #[derive(QueryableByName)]
    struct Lock {
        #[diesel(sql_type = Nullable<Integer>)]
        taken: Option<i32>,
    }
    let lock = "SELECT GET_LOCK(CONCAT('bodega_migrate_', DATABASE()), 60) AS taken";
    let lock: Lock = diesel::sql_query(lock).get_result(&mut connection).await?;
    if lock.taken != Some(1) {
        return Err("another migration has been running for a minute".into());
    }
    // diesel_migrations blocks.
    tokio::task::spawn_blocking(move || {
        let mut connection = AsyncConnectionWrapper::<Connection>::from(connection);
        let done = connection.run_pending_migrations(schema.migrations())?;
        Ok(done.iter().map(ToString::to_string).collect())
    })
    .await?
}

/// Migrations of this program that have not run on the database. It only reads, so that replicas may ask any time.
pub async fn pending(schema: Schema, connection: &mut Connection) -> QueryResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let names = schema.names().map_err(diesel::result::Error::QueryBuilderError)?;
    let table = "SELECT COUNT(*) AS count FROM information_schema.tables \
                 WHERE table_schema = DATABASE() AND table_name = '__diesel_schema_migrations'";
    let table: Count = diesel::sql_query(table).get_result(connection).await?;
    if table.count == 0 {
        return Ok(names);
    }
    #[derive(QueryableByName)]
    struct Version {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let versions = "SELECT version FROM __diesel_schema_migrations";
    let seen: Vec<Version> = diesel::sql_query(versions).load(connection).await?;
    let is_seen = |name: &String| seen.iter().any(|version| version.version == *name);
    Ok(names.into_iter().filter(|name| !is_seen(name)).collect())
}

/// A connection of its own, outside any pool.
pub async fn connect(url: &url::Url) -> diesel::ConnectionResult<Connection> {
    let mut connection = Connection::establish(url.as_str()).await?;
    // Altering a table waits for running statements.
    connection
        .batch_execute("SET SESSION lock_wait_timeout = 60")
        .await
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
