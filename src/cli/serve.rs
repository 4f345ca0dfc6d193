//! `bodega serve`: one replica, from its start to its drained end.

use std::net::SocketAddr;
use std::time::Duration;

use poem::Server;
use poem::listener::TcpAcceptor;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep, timeout};

use super::Failure;
use crate::accounts::settings;
use crate::app::{App, Parts};
use crate::config::{self, Config, Databases};
use crate::db::{self, Database, Schema};
use crate::health::{Health, internal};
use crate::redis::Redis;
use crate::upkeep::Upkeep;
use crate::web::assets;
use crate::{audit, auth, mail, products};

/// How long a start waits for MySQL and Redis.
const PATIENCE: Duration = Duration::from_secs(60);
const REPORT: Duration = Duration::from_secs(5);
/// Longer than HAProxy takes to notice: `inter × fall` is 1 s.
const UNREADY: Duration = Duration::from_secs(2);
/// How long requests under way may take.
const FINISH: Duration = Duration::from_secs(10);
/// And then background work: steps of jobs (mail being sent), writes of visitors who went away.
const REST: Duration = Duration::from_secs(5);

/// Serves until SIGTERM or SIGINT, then drains; a second signal exits at once.
///
/// # Errors
///
/// When a password is a published one, a port is taken, a back end does not come within a minute, or the
/// schema is older than the program.
pub async fn run(config: Config) -> Result<(), Failure> {
    let Databases { users_database_url, products_database_url } = &config.databases;
    let back_ends = [users_database_url, products_database_url, &config.redis_url].map(|url| url.password());
    let passwords = back_ends.into_iter().chain([config.front_secret.as_deref()]);
    config::refuse_published(&config.public_url, passwords)?;
    // Bound first: a taken port should be reported at once.
    let site_port = bind("BODEGA_LISTEN", config.listen).await?;
    let internal_port = bind("BODEGA_INTERNAL_LISTEN", config.internal_listen).await?;
    let health = Health::default();
    let internal = tokio::spawn(Server::new_with_acceptor(internal_port).run(internal(health.clone())));
    let app = start(config).await?;
    assets::prepare();
    let upkeep = Upkeep::of(&app);
    // Before it is ready, so that no signal is missed.
    let signals = Signals::new()?;
    health.started(app.clone());
    health.set_ready(true);
    tracing::info!(replica = app.config.replica, address = %app.config.listen, "ready");
    let site = crate::routes::site(&app);
    let served = Server::new_with_acceptor(site_port).run_with_graceful_shutdown(
        site,
        drained(health, signals, upkeep.clone()),
        Some(FINISH),
    );
    tokio::select! {
        result = served => result?,
        result = internal => result??,
    }
    if timeout(REST, upkeep.finished(&app)).await.is_err() {
        tracing::warn!("ended with work under way");
    }
    tracing::info!("drained");
    Ok(())
}

/// Returns when the replica may stop accepting: it was told to end, and HAProxy has noticed.
async fn drained(health: Health, mut signals: Signals, upkeep: Upkeep) {
    signals.recv().await;
    health.set_ready(false);
    upkeep.stop();
    tracing::info!("draining");
    tokio::spawn(async move {
        signals.recv().await;
        tracing::warn!("ended by a second signal");
        std::process::exit(1);
    });
    sleep(UNREADY).await;
}

async fn bind(variable: &str, address: SocketAddr) -> Result<TcpAcceptor, Failure> {
    let listener = TcpListener::bind(address).await;
    Ok(TcpAcceptor::from_tokio(listener.map_err(|error| format!("{variable} {address}: {error}"))?)?)
}

/// SIGTERM and SIGINT, from now on.
struct Signals(Signal, Signal);

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self(signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
    }

    /// Returns at the next one.
    async fn recv(&mut self) {
        tokio::select! { _ = self.0.recv() => {}, _ = self.1.recv() => {} }
    }
}

/// Waits for the back ends, connects, and checks their schemas.
async fn start(config: Config) -> Result<App, Failure> {
    let Databases { users_database_url, products_database_url } = &config.databases;
    let users = Database::new("db_usuarios", users_database_url, config.database_connections);
    let products = Database::new("db_productos", products_database_url, config.database_connections);
    let redis = Redis::new(&config.redis_url)?;
    patiently("MySQL (db_usuarios)", async || check_schema(Schema::Users, &users).await).await?;
    patiently("MySQL (db_productos)", async || check_schema(Schema::Products, &products).await).await?;
    patiently("Redis", async || redis.ping().await.map(Ok).map_err(|error| error.to_string())).await?;
    let secret = match &config.secret {
        Some(secret) => secret.as_bytes().to_vec(),
        None => {
            let stored = users.run(async |connection| settings::secret(connection).await).await?;
            stored.ok_or("the database db_usuarios has no secret yet: run `bodega migrate`")?
        }
    };
    let app = assemble(Parts::new(config, users, products, redis, &secret));
    auth::sessions(&app).store().sync_or_later(None).await;
    Ok(app)
}

/// Adds what each feature keeps between requests.
pub fn assemble(parts: Parts) -> App {
    products::keep(mail::keep(auth::keep(audit::keep(parts)))).into()
}

/// `Err`: away, worth another try. `Ok(Err)`: there, but wrong.
async fn check_schema(schema: Schema, database: &Database) -> Result<Result<(), Failure>, String> {
    match database.run(async |connection| db::pending(schema, connection).await).await {
        Ok(pending) if pending.is_empty() => Ok(Ok(())),
        Ok(pending) => Ok(Err(format!(
            "the schema of {} is older than this program ({} not run): run `bodega migrate`",
            database.name(),
            pending.join(", ")
        )
        .into())),
        Err(error) => Err(error.to_string()),
    }
}

/// Repeats a check until it succeeds, for a minute, with a log line every five seconds.
///
/// # Errors
///
/// The last reason, when the minute is over; or one that waiting does not fix.
pub async fn patiently<F>(what: &str, mut check: F) -> Result<(), Failure>
where
    F: AsyncFnMut() -> Result<Result<(), Failure>, String>,
{
    let (started, mut reported) = (Instant::now(), Instant::now());
    loop {
        let why = match timeout(REPORT, check()).await {
            Ok(Ok(result)) => return result,
            Ok(Err(why)) => why,
            Err(_) => "no answer".to_owned(),
        };
        if started.elapsed() >= PATIENCE {
            return Err(format!("{what} did not come within {} s: {why}", PATIENCE.as_secs()).into());
        }
        if reported.elapsed() >= REPORT {
            reported = Instant::now();
            tracing::warn!(what, why, seconds = started.elapsed().as_secs(), "waiting");
        }
        sleep(Duration::from_millis(200)).await;
    }
}
