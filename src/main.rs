//! The command line.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use bodega::cli::Failure;
use bodega::cli::operator::{self, changes, changes::Change};
use bodega::config::{Config, Migration};
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Users and products of an organisation, kept by three replicas that can die
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the site until SIGTERM, as one of the replicas
    Serve(Box<Config>),
    /// Brings both databases to the schema of this program, and removes what the security log need not keep
    Migrate(Migration),
    /// Fills both databases with a made-up shop to try things with; safe to run again
    Seed(bodega::cli::seed::Options),
    /// Accounts, for whoever runs the installation
    #[command(subcommand)]
    User(User),
    /// Asks the replica on this machine whether it is ready; the exit status tells
    Healthcheck {
        /// Address of health checks and metrics
        #[arg(long, env = "BODEGA_INTERNAL_LISTEN", default_value = "0.0.0.0:9000")]
        internal_listen: SocketAddr,
    },
}

#[derive(Subcommand)]
enum User {
    /// Makes an account; the password comes from the terminal or, else, from standard input
    Create(operator::Options),
    /// Lists all accounts: address, role, state, last visit, name
    List(changes::List),
    /// Changes what a person may do
    Role(changes::NewRole),
    /// Keeps a person out, and ends their sign-ins
    Disable(changes::One),
    /// Lets a person in again
    Enable(changes::One),
    /// Sets a person's password, from the terminal or standard input, and ends their sign-ins
    Password(changes::SetPassword),
    /// Removes somebody's second factor, recovery codes and passkeys: for people who have lost all of it
    ResetFactor(bodega::cli::operator::factor::Options),
}

fn main() -> ExitCode {
    let command = bodega::cli::arguments::parse::<CommandLine>().command;
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(cause = %error, "bodega stops");
            eprintln!("bodega: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(config) => {
            log_as_json(&config.log)?;
            bodega::cli::serve::run(*config).await
        }
        Command::Migrate(migration) => bodega::cli::migrate::run(&migration).await,
        Command::Seed(options) => bodega::cli::seed::run(&options).await,
        Command::User(command) => user(command).await,
        Command::Healthcheck { internal_listen } => healthcheck(internal_listen),
    }
}

async fn user(command: User) -> Result<(), Failure> {
    match command {
        User::Create(options) => operator::run(&options).await,
        User::List(options) => changes::list(&options).await,
        User::Role(options) => changes::run(&options.one, Change::Role(options.role)).await,
        User::Disable(one) => changes::run(&one, Change::Disable).await,
        User::Enable(one) => changes::run(&one, Change::Enable).await,
        User::Password(options) => changes::set_password(&options).await,
        User::ResetFactor(options) => bodega::cli::operator::factor::run(&options).await,
    }
}

/// One JSON object a line on standard output. What libraries say of sessions that are simply unknown is noise.
fn log_as_json(filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(format!("tower_sessions_core=off,{filter}"))
        .map_err(|error| format!("BODEGA_LOG: {error}"))?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_current_span(false)
        .init();
    Ok(())
}

fn healthcheck(mut address: SocketAddr) -> Result<(), Failure> {
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let limit = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.write_all(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default();
    if status.contains(" 200 ") { Ok(()) } else { Err(format!("not ready: {status}").into()) }
}
