//! `bodega user`: accounts, for the operator of the installation.

pub mod changes;
mod create;
pub mod factor;

pub use create::{NewAccount, Options, create, run};

use std::io::IsTerminal;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Failure;
use crate::accounts::{Account, account};
use crate::config::Databases;
use crate::db::Database;
use crate::web::Role;

fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::key))
        .map(|key| Role::from_key(&key).expect("one of the possible values"))
}

/// Reads the password: typed twice and hidden, or the first line of standard input.
fn ask() -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\n', '\r']).to_owned());
    }
    let password = rpassword::prompt_password("Password: ")?;
    match rpassword::prompt_password("Again: ")? == password {
        true => Ok(password),
        false => Err("the two passwords differ".into()),
    }
}

fn open(databases: &Databases) -> Database {
    Database::new("db_usuarios", &databases.users_database_url, 1)
}

async fn find(email: &str, users: &Database) -> Result<Account, Failure> {
    let found = users.run(async |connection| account::find_by_email(email, connection).await).await?;
    found.ok_or_else(|| format!("nobody has the address {email}").into())
}
