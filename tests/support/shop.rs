//! An installation of a test's own, and its replicas.

use std::sync::Arc;
use std::time::Duration;

use bodega::app::App;
use bodega::config::Config;
use bodega::db::{self, Connection, Database};
use bodega::redis::Redis;
use bodega::{routes, upkeep};
use clap::Parser;
use diesel_async::SimpleAsyncConnection;
use poem::endpoint::BoxEndpoint;
use poem::{Endpoint, EndpointExt, Request, Response};
use rand::Rng;
use sha2::{Digest, Sha256};
use url::Url;

use super::{Answer, Browser, Form, servers};

/// A password that every rule likes.
pub const PASSWORD: &str = "siete barcos lentos 91";

/// Two empty databases with the schema of `migrations/`, and a Redis that others may use, too.
#[derive(Clone)]
pub struct Shop {
    pub users_url: Url,
    pub products_url: Url,
    pub redis_url: Url,
}

/// One replica, asked without a socket. Cheap to clone.
#[derive(Clone)]
pub struct Replica {
    pub app: App,
    site: Arc<BoxEndpoint<'static, Response>>,
}

/// A name that no other test has: rate limits and sessions of all tests share one Redis.
pub fn unique(name: &str) -> String {
    format!("{name}{:012x}", rand::rng().random::<u64>() >> 16)
}

impl Shop {
    /// An installation on the servers that `bin/test` has started.
    pub async fn new() -> Self {
        Self::on(&servers::shared_mysql(), &servers::shared_redis()).await
    }

    /// An installation on these servers, given as `host:port`.
    pub async fn on(mysql: &str, redis: &str) -> Self {
        let shop = Self::empty(mysql, redis).await;
        for (url, schema) in [(&shop.users_url, "users"), (&shop.products_url, "products")] {
            let mut connection = db::connect(url).await.expect("the database answers");
            connection.batch_execute(&migrations(schema)).await.expect("migrations run");
        }
        shop
    }

    /// The same before its migrations.
    pub async fn empty(mysql: &str, redis: &str) -> Self {
        let (name, password) = (unique("_"), servers::password());
        let url = |database: &str| {
            Url::parse(&format!("mysql://bodega:{password}@{mysql}/{database}{name}")).unwrap()
        };
        let shop = Self {
            users_url: url("db_usuarios"),
            products_url: url("db_productos"),
            redis_url: Url::parse(&format!("redis://default:{password}@{redis}")).unwrap(),
        };
        create(&shop.users_url).await;
        create(&shop.products_url).await;
        shop
    }

    /// The same installation, reached by other ways (`host:port`).
    pub fn through(&self, users: &str, products: &str, redis: &str) -> Self {
        let moved = |url: &Url, to: &str| {
            let mut url = url.clone();
            let (host, port) = to.rsplit_once(':').expect("host:port");
            url.set_host(Some(host)).unwrap();
            url.set_port(port.parse().ok()).unwrap();
            url
        };
        Self {
            users_url: moved(&self.users_url, users),
            products_url: moved(&self.products_url, products),
            redis_url: moved(&self.redis_url, redis),
        }
    }

    pub async fn replica(&self) -> Replica {
        self.replica_with(&[]).await
    }

    /// A replica with more arguments of `bodega serve`.
    pub async fn replica_with(&self, arguments: &[&str]) -> Replica {
        let app = self.app(arguments);
        // A command before the connection stands would count as a failure, and those pause.
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if app.redis.ping().await.is_ok() {
                break;
            }
        }
        // As a start does.
        let _ = bodega::auth::sessions(&app).store().sync().await;
        Replica::new(app)
    }

    /// The parts of a replica; nothing is connected yet.
    pub fn app(&self, arguments: &[&str]) -> App {
        let config = self.config(arguments);
        let users = Database::new("db_usuarios", &self.users_url, config.database_connections);
        let products = Database::new("db_productos", &self.products_url, config.database_connections);
        let redis = Redis::new(&self.redis_url).expect("a Redis URL");
        bodega::cli::serve::assemble(bodega::app::Parts::new(
            config,
            users,
            products,
            redis,
            b"the same on every replica",
        ))
    }

    fn config(&self, arguments: &[&str]) -> Config {
        #[derive(Parser)]
        struct CommandLine {
            #[command(flatten)]
            config: Config,
        }
        let urls = [
            ("--users-database-url", &self.users_url),
            ("--products-database-url", &self.products_url),
            ("--redis-url", &self.redis_url),
        ];
        let urls = urls.iter().flat_map(|(name, url)| [(*name).to_owned(), url.to_string()]);
        // Whoever registers in a test may do everything with products, unless the test says otherwise.
        let role = ["--default-role", "manager"].map(str::to_owned);
        let role = role.into_iter().filter(|_| !arguments.contains(&"--default-role"));
        let all = ["bodega".to_owned()].into_iter().chain(urls).chain(role);
        CommandLine::parse_from(all.chain(arguments.iter().map(|text| (*text).to_owned()))).config
    }

    /// A connection past all pools, to look at what is stored.
    pub async fn users_connection(&self) -> Connection {
        db::connect(&self.users_url).await.expect("the database answers")
    }

    /// The same for the products.
    pub async fn products_connection(&self) -> Connection {
        db::connect(&self.products_url).await.expect("the database answers")
    }
}

impl Replica {
    pub fn new(app: App) -> Self {
        let site = routes::site(&app).boxed();
        Self { app, site: Arc::new(site) }
    }

    /// Has so many passwords fail at an account that the next one that does brings the longest wait: for tests
    /// that the first waits, of seconds, would be over before they have done what has to happen within.
    pub async fn has_failed_often_at(&self, email: &str) {
        const FAILED: &str =
            "redis.call('HSET', KEYS[1], 'tries', 20) return redis.call('EXPIRE', KEYS[1], 900)";
        let hash = Sha256::digest(email.to_lowercase());
        let key = format!("bodega:throttle:account:{}", data_encoding::HEXLOWER.encode(&hash[..16]));
        self.app.redis.script(FAILED, vec![key], vec![]).await.expect("Redis");
    }

    /// The same replica with other pages, e.g. one that panics.
    pub fn with_site(app: App, site: impl Endpoint<Output = Response> + 'static) -> Self {
        Self { app, site: Arc::new(site.boxed()) }
    }

    /// Does the jobs that are due.
    pub async fn work(&self) {
        upkeep::worker(&self.app).do_due(&self.app).await.expect("both databases answer");
    }

    pub async fn answer(&self, request: Request) -> Answer {
        Answer::of(self.site.get_response(request).await).await
    }

    /// A browser of somebody who is not signed in.
    pub fn visitor(&self) -> Browser {
        Browser::new(self)
    }

    /// A browser of somebody who has just registered here, by a name and an address of their own.
    pub async fn person(&self, first_name: &str) -> Browser {
        self.person_at(first_name, &format!("{}@example.com", unique("p"))).await
    }

    /// The same with a chosen address.
    pub async fn person_at(&self, first_name: &str, email: &str) -> Browser {
        let mut browser = self.visitor();
        let form = browser.get("/register").await.form_to("/register");
        let form = form
            .fill("first_name", first_name)
            .fill("last_name", "Prueba")
            .fill("email", email)
            .fill("password", PASSWORD);
        browser.submit(&form).await.assert_redirect("/products");
        browser
    }

    /// Another browser of somebody who has registered.
    pub async fn sign_in(&self, email: &str) -> Browser {
        let mut browser = self.visitor();
        let form = Form::forged("/login", &[("email", email), ("password", PASSWORD)]);
        browser.submit(&form).await.assert_redirect("/products");
        browser
    }
}

async fn create(url: &Url) {
    let mut server = url.clone();
    server.set_path("");
    let mut connection = db::connect(&server).await.expect("the server that bin/test started");
    let name = url.path().trim_start_matches('/');
    let statement = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci");
    connection.batch_execute(&statement).await.expect("databases can be made");
}

/// All of a schema's `up.sql`, oldest first.
fn migrations(schema: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(schema);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder of migrations")
        .map(|entry| entry.expect("readable").path().join("up.sql"))
        .collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect("readable") + "\n").collect()
}
