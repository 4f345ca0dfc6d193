//! `bodega migrate`: both schemas, the application's privileges, the replicas' shared secret, and the retention of the
//! audit log.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use url::Url;

use super::Failure;
use crate::accounts::settings;
use crate::audit::retention;
use crate::config::{self, Migration};
use crate::db::{self, Connection, Schema};

/// How long to wait for MySQL.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the pending migrations, and prints them.
///
/// # Errors
///
/// When a database does not answer within a minute, or refuses.
pub async fn run(migration: &Migration) -> Result<(), Failure> {
    let users = &migration.databases.users_database_url;
    let products = &migration.databases.products_database_url;
    let users_owner = migration.users_owner_database_url.as_ref();
    let products_owner = migration.products_owner_database_url.as_ref();
    let all = [users, products].into_iter().chain(users_owner).chain(products_owner);
    config::refuse_published(&migration.public_url, all.map(|url| url.password()))?;
    migrate(Schema::Users, users, users_owner).await?;
    migrate(Schema::Products, products, products_owner).await?;
    let mut connection = connect(users_owner.unwrap_or(users)).await?;
    settings::make_secret(&mut connection).await?;
    expire(migration.log_days, &mut connection).await?;
    shorten(migration.log_rows, &mut connection).await
}

/// If there is an owner, it makes the tables, and the application's account keeps only the privileges that it needs.
async fn migrate(schema: Schema, application: &Url, owner: Option<&Url>) -> Result<(), Failure> {
    let url = owner.unwrap_or(application);
    let done = db::migrate(schema, connect(url).await?).await?;
    let name = url.path().trim_start_matches('/');
    match done.as_slice() {
        [] => println!("{name}: up to date"),
        names => println!("{name}: ran {}", names.join(", ")),
    }
    if owner.is_some() {
        // Without a database: it may have no access to any yet.
        let mut server = application.clone();
        server.set_path("");
        db::limit(&mut connect(&server).await?, &mut connect(url).await?).await?;
    }
    Ok(())
}

async fn expire(days: u32, connection: &mut Connection) -> Result<(), Failure> {
    let removed = retention::remove(days, connection)
        .await
        .map_err(|error| format!("cannot remove old entries of the security log: {error}"))?;
    if removed > 0 {
        println!("security log: removed {removed} entries older than {days} days");
    }
    Ok(())
}

async fn shorten(rows: u32, connection: &mut Connection) -> Result<(), Failure> {
    let (removed, left) = retention::shorten(rows, connection)
        .await
        .map_err(|error| format!("cannot remove old refusals of the security log: {error}"))?;
    if removed > 0 {
        println!(
            "security log: removed the {removed} oldest refusals, since there were more than {rows} entries"
        );
    }
    if left > i64::from(rows) {
        println!(
            "security log: {left} entries are more than {rows}, and none is a refusal: see BODEGA_LOG_DAYS"
        );
    }
    Ok(())
}

async fn connect(url: &Url) -> Result<Connection, Failure> {
    let (started, mut reported) = (Instant::now(), Instant::now());
    loop {
        let error = match db::connect(url).await {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        if started.elapsed() >= PATIENCE {
            let place = format!("{}:{}", url.host_str().unwrap_or(""), url.port().unwrap_or(3306));
            return Err(format!("MySQL at {place} did not answer within a minute: {error}").into());
        }
        if reported.elapsed() >= Duration::from_secs(5) {
            reported = Instant::now();
            eprintln!("waiting for MySQL: {error}");
        }
        sleep(Duration::from_millis(250)).await;
    }
}
