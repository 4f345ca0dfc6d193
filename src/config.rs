//! Every environment variable, its default and its meaning: here and nowhere else.

mod parse;
mod published;

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use lettre::message::Mailbox;
use url::Url;

pub use published::refuse_published;

use crate::web::{Hosts, Role};

/// Where the two MySQL databases are.
#[derive(Args, Clone, Debug)]
pub struct Databases {
    /// The database of accounts, e.g. mysql://bodega_usuarios:secret@127.0.0.1:3306/db_usuarios
    #[arg(long, env = "BODEGA_USERS_DATABASE_URL", hide_env_values = true, value_parser = parse::mysql_url)]
    pub users_database_url: Url,

    /// The database of products, e.g. mysql://bodega_productos:secret@127.0.0.1:3306/db_productos
    #[arg(long, env = "BODEGA_PRODUCTS_DATABASE_URL", hide_env_values = true, value_parser = parse::mysql_url)]
    pub products_database_url: Url,
}

/// What `bodega migrate` is told.
#[derive(Args, Clone, Debug)]
pub struct Migration {
    #[command(flatten)]
    pub databases: Databases,

    /// The database of accounts as its owner: makes the tables, and leaves the other account what it needs
    #[arg(long, env = "BODEGA_USERS_OWNER_DATABASE_URL", hide_env_values = true, value_parser = parse::mysql_url)]
    pub users_owner_database_url: Option<Url>,

    /// The database of products as its owner
    #[arg(long, env = "BODEGA_PRODUCTS_OWNER_DATABASE_URL", hide_env_values = true, value_parser = parse::mysql_url)]
    pub products_owner_database_url: Option<Url>,

    /// Address at which people reach Bodega
    #[arg(long, env = "BODEGA_PUBLIC_URL", default_value = "http://localhost:8080", value_parser = parse::web_url)]
    pub public_url: Url,

    /// Days that entries of the security log are kept; older ones are removed now
    #[arg(long, env = "BODEGA_LOG_DAYS", default_value = "365", value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub log_days: u32,

    /// Entries of the security log above which the oldest refusals are removed now
    #[arg(long, env = "BODEGA_LOG_ROWS", default_value = "1000000", value_parser = clap::value_parser!(u32).range(10_000..=1_000_000_000))]
    pub log_rows: u32,
}

/// The settings of one replica.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Address that HAProxy reaches this replica at
    #[arg(long, env = "BODEGA_LISTEN", default_value = "0.0.0.0:8000")]
    pub listen: SocketAddr,

    /// Address of health checks and metrics; never to be reachable from outside
    #[arg(long, env = "BODEGA_INTERNAL_LISTEN", default_value = "0.0.0.0:9000")]
    pub internal_listen: SocketAddr,

    /// Name of this replica, as in X-Served-By
    #[arg(long, env = "BODEGA_REPLICA", default_value = "web1", value_parser = parse::header_value)]
    pub replica: String,

    #[command(flatten)]
    pub databases: Databases,

    /// Redis with the sessions, e.g. redis://127.0.0.1:6379
    #[arg(long, env = "BODEGA_REDIS_URL", hide_env_values = true, value_parser = parse::redis_url)]
    pub redis_url: Url,

    /// What all replicas sign forms and sessions with, 32 characters or more; without it, one that `bodega
    /// migrate` makes and keeps in the database of accounts, where a copy of that has it, too
    #[arg(long, env = "BODEGA_SECRET", hide_env_values = true, value_parser = parse::secret)]
    pub secret: Option<String>,

    /// Address at which people reach Bodega
    #[arg(long, env = "BODEGA_PUBLIC_URL", default_value = "http://localhost:8080", value_parser = parse::web_url)]
    pub public_url: Url,

    /// Other names that people reach Bodega by, e.g. almacen,bodega.lan; localhost and addresses in numbers always do
    #[arg(long, env = "BODEGA_HOSTS", default_value = "", hide_default_value = true)]
    pub hosts: Hosts,

    /// What HAProxy tells the replicas, which refuse whoever does not know it, 16 characters or more; without it
    /// they believe whoever reaches them
    #[arg(long, env = "BODEGA_FRONT_SECRET", hide_env_values = true, value_parser = parse::front_secret)]
    pub front_secret: Option<String>,

    /// Whether anyone may register
    #[arg(long, env = "BODEGA_REGISTRATION", default_value = "open")]
    pub registration: Registration,

    /// What people who register themselves may do
    #[arg(long, env = "BODEGA_DEFAULT_ROLE", default_value = "clerk", value_parser = parse::role)]
    pub default_role: Role,

    #[command(flatten)]
    pub smtp: Smtp,

    /// Sender of mail
    #[arg(long, env = "BODEGA_MAIL_FROM", default_value = "Bodega <bodega@localhost>", value_parser = parse::mailbox)]
    pub mail_from: Mailbox,

    #[command(flatten)]
    pub organisation: Organisation,

    /// A sign-in ends after so many days without a visit
    #[arg(long, env = "BODEGA_SESSION_IDLE_DAYS", default_value = "14", value_parser = clap::value_parser!(u32).range(1..=365))]
    pub session_idle_days: u32,

    /// A sign-in ends after so many days, however busy
    #[arg(long, env = "BODEGA_SESSION_DAYS", default_value = "90", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub session_days: u32,

    #[command(flatten)]
    pub argon2: Argon2,

    /// Connections to each of the two databases
    #[arg(long, env = "BODEGA_DATABASE_CONNECTIONS", default_value = "12", value_parser = clap::value_parser!(u16).range(1..=500))]
    pub database_connections: u16,

    /// What to log, in the syntax of tracing's EnvFilter
    #[arg(long, env = "BODEGA_LOG", default_value = "info")]
    pub log: String,
}

/// What hashing a password costs (RFC 9106). At least what OWASP's Password Storage Cheat Sheet asks for.
#[derive(Args, Clone, Copy, Debug)]
pub struct Argon2 {
    /// Memory of argon2id in KiB
    #[arg(long, env = "BODEGA_ARGON2_MEMORY", default_value = "19456", value_parser = clap::value_parser!(u32).range(19456..=1_048_576))]
    pub argon2_memory: u32,

    /// Passes of argon2id over its memory
    #[arg(long, env = "BODEGA_ARGON2_TIME", default_value = "2", value_parser = clap::value_parser!(u32).range(2..=20))]
    pub argon2_time: u32,

    /// Lanes of argon2id
    #[arg(long, env = "BODEGA_ARGON2_PARALLELISM", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=16))]
    pub argon2_parallelism: u32,
}

/// Whose installation it is.
#[derive(Args, Clone, Debug, Default)]
pub struct Organisation {
    /// Name of the organisation, of which no password may be made
    #[arg(long, env = "BODEGA_ORGANISATION", default_value = "", hide_default_value = true)]
    pub organisation: String,
}

/// Whether there is mail.
#[derive(Args, Clone, Debug, Default)]
pub struct Smtp {
    /// Where mail is handed over, e.g. smtps://user:secret@mail.example:465; without it administrators pass links on
    #[arg(long, env = "BODEGA_SMTP_URL", hide_env_values = true, value_parser = parse::smtp_url)]
    pub smtp_url: Option<Url>,
}

impl Smtp {
    /// Whether mails that are put on their way are sent.
    pub fn is_on(&self) -> bool {
        self.smtp_url.is_some()
    }
}

/// Who may make themselves an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Registration {
    /// Anyone.
    Open,
    /// Nobody, once there is an administrator.
    Closed,
}

impl Config {
    /// Whether people come by https, which decides about cookies and headers.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The address of a page of ours, for mail.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The organisation's name, or nothing.
    pub fn organisation(&self) -> &str {
        &self.organisation.organisation
    }

    pub fn session_idle(&self) -> Duration {
        Duration::from_hours(24 * u64::from(self.session_idle_days))
    }

    pub fn session_lifetime(&self) -> Duration {
        Duration::from_hours(24 * u64::from(self.session_days))
    }
}
