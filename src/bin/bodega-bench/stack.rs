//! The stack that is measured, as `bin/up` left it described in `var/stack.env`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use bodega::cli::Failure;
use bodega::cli::seed;
use bodega::config::Databases;
use bodega::db::Database;
use bodega::products::category;
use url::Url;
use url::form_urlencoded::Serializer;

use super::http::Connection;
use super::visit::Visit;

/// Settings of `bin/up` and of `bin/bench`.
#[derive(clap::Args)]
pub struct Stack {
    #[arg(long, env = "BODEGA_PORT")]
    port: u16,
    #[arg(long, env = "BODEGA_CONTROL_PORT")]
    base_port: u16,
    #[arg(long, env = "BODEGA_WEB1")]
    web1: SocketAddr,
    #[arg(long, env = "BODEGA_WEB2")]
    web2: SocketAddr,
    #[arg(long, env = "BODEGA_WEB3")]
    web3: SocketAddr,
    /// The program whose start is timed
    #[arg(long, env = "BODEGA_BINARY")]
    pub binary: PathBuf,
    #[command(flatten)]
    pub databases: Databases,
    #[arg(long, env = "BODEGA_REDIS_URL")]
    pub redis_url: Url,
    #[arg(long, env = "BODEGA_PUBLIC_URL")]
    public_url: Url,
    #[arg(long, env = "BODEGA_FRONT_SECRET", hide_env_values = true, default_value = "")]
    front_secret: String,
    /// Connections of the pools, as the replicas have them
    #[arg(long, env = "BODEGA_DATABASE_CONNECTIONS", default_value = "12")]
    pub database_connections: u16,
    /// Processes of the three replicas
    #[arg(long, env = "BODEGA_BENCH_PIDS", value_delimiter = ' ')]
    pub pids: Vec<u32>,
    /// Requests under way at any moment
    #[arg(long, default_value = "16")]
    pub connections: usize,
    /// Rounds of the comparison
    #[arg(long, default_value = "5")]
    pub rounds: usize,
    /// Length of a round
    #[arg(long, default_value = "2")]
    pub seconds: u64,
}

impl Stack {
    /// HAProxy.
    pub fn front(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    pub fn replicas(&self) -> [SocketAddr; 3] {
        [self.web1, self.web2, self.web3]
    }

    /// A port that `bin/up` uses for nothing.
    pub fn spare(&self, number: u16) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.base_port + 60 + number).into()
    }

    /// Signs the demo administrator in, through HAProxy.
    pub async fn sign_in(&self) -> Result<Visit, Failure> {
        let authority = &self.public_url[url::Position::BeforeHost..url::Position::AfterPort];
        let front_secret = self.front_secret.clone();
        let visit = Visit { host: authority.to_owned(), cookies: String::new(), front_secret };
        let (email, password) = seed::sign_in();
        let form = Serializer::new(String::new())
            .append_pair("email", email)
            .append_pair("password", password)
            .finish();
        let answer = Connection::new(self.front()).exchange(&visit.post("/login", &form)).await?;
        match answer.status {
            303 => {
                let cookies: Vec<&str> = answer.cookies().collect();
                Ok(Visit { cookies: cookies.join("; "), ..visit })
            }
            status => {
                Err(format!("{email} could not sign in ({status}): `bodega seed` makes the account").into())
            }
        }
    }

    /// Products on the list.
    pub async fn products(&self) -> Result<u64, Failure> {
        let database = Database::new("db_productos", &self.databases.products_database_url, 1);
        let categories = database.run(async |connection| category::load(connection).await).await?;
        Ok(categories.iter().map(|category| category.products).sum())
    }
}
