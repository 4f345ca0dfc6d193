//! `bodega migrate`: both schemas, and the secret that the replicas share.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use url::Url;

use crate::config::Databases;
use crate::db::{self, Connection, Schema};
use crate::serve::Failure;
use crate::users::settings;

/// How long to wait for MySQL.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs what has not run yet, and says so.
///
/// # Errors
///
/// When a database does not come within a minute, or refuses.
pub async fn run(databases: &Databases) -> Result<(), Failure> {
    migrate(Schema::Users, &databases.users_database_url).await?;
    migrate(Schema::Products, &databases.products_database_url).await?;
    settings::make_secret(&mut connect(&databases.users_database_url).await?).await?;
    Ok(())
}

async fn migrate(schema: Schema, url: &Url) -> Result<(), Failure> {
    let done = db::migrate(schema, connect(url).await?).await?;
    let name = url.path().trim_start_matches('/');
    match done.as_slice() {
        [] => println!("{name}: up to date"),
        names => println!("{name}: ran {}", names.join(", ")),
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
