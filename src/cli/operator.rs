//! Accounts made by whoever runs the installation, also where registration is closed.

pub mod changes;
pub mod factor;

use std::io::IsTerminal;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use diesel::result::Error as QueryError;
use diesel_async::AsyncConnection;

use super::Failure;
use crate::accounts::account::{self, Account, EmailTaken};
use crate::audit::{Event, Source, Who};
use crate::auth::Hasher;
use crate::auth::password::Verdict;
use crate::config::{Argon2, Databases, Organisation};
use crate::db::{Connection, Database, committed};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::people::registration;
use crate::text;
use crate::web::{Form, Language, Role};

/// Whose account to make.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    #[command(flatten)]
    pub account: NewAccount,

    #[command(flatten)]
    pub databases: Databases,

    #[command(flatten)]
    pub argon2: Argon2,
}

/// An account but its password, which has no place in a command line: others can read those.
#[derive(clap::Args, Clone, Debug)]
pub struct NewAccount {
    #[arg(long)]
    pub first_name: String,

    #[arg(long)]
    pub last_name: String,

    #[arg(long)]
    pub email: String,

    /// What they may do; the first account of an installation is its administrator
    #[arg(long, default_value = "clerk", value_parser = role())]
    pub role: Role,

    #[command(flatten)]
    pub organisation: Organisation,
}

fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::key))
        .map(|key| Role::from_key(&key).expect("one of the possible values"))
}

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// What is wrong with it, a line for each.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Asks for the password and makes the account.
///
/// # Errors
///
/// When the database is away, or what was given breaks a rule of the registration form.
pub async fn run(options: &Options) -> Result<(), Failure> {
    let password = ask()?;
    let users = Database::new("db_usuarios", &options.databases.users_database_url, 1);
    let account = create(&options.account, &password, &users, &Hasher::new(options.argon2)).await?;
    println!("{} {}: {}, {}", account.first_name, account.last_name, account.email, account.role);
    Ok(())
}

/// The password: typed twice without being shown, or the first line of standard input.
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

/// Makes an account by the rules of the registration form. The first one ever becomes the administrator.
///
/// # Errors
///
/// [`Refused::Invalid`] when it breaks a rule or the address has an account already.
pub async fn create(
    new: &NewAccount,
    password: &str,
    users: &Database,
    hasher: &Hasher,
) -> Result<Account, Refused> {
    let mut form = Form::default();
    for (field, value) in
        [("first_name", &new.first_name), ("last_name", &new.last_name), ("email", &new.email)]
    {
        form.set(field, text::composed(value.trim()));
    }
    registration::check(&mut form, password, &new.organisation.organisation);
    if !form.is_valid() {
        return Err(Refused::Invalid(complaints(&form)));
    }
    let (name, email) = ((form.value("first_name"), form.value("last_name")), form.value("email"));
    let hash = hasher.hash(password.to_owned()).await?;
    let account = Account::new(Id::new(), name, email, hash, new.role, Language::default());
    users.run(async |connection| store(account.clone(), connection).await).await?;
    // By its key: a commit whose answer was lost is made all the same.
    let found = users.run(async |connection| account::find_by_email(email, connection).await).await?;
    found
        .filter(|found| found.id == account.id)
        .ok_or_else(|| Refused::Invalid(format!("email: {email} has an account already")))
}

fn complaints(form: &Form) -> String {
    let lines = form.errors().map(|(field, message)| format!("{field}: {}", message.text(Language::English)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Stores it if its address is free: in a transaction, or one that is not free would be left behind as the
/// installation's administrator.
async fn store(account: Account, connection: &mut Connection) -> diesel::QueryResult<()> {
    let stored = committed(connection.transaction(async |connection| {
        let (who, role) = (Who::from(&account), account.role().key());
        match account.insert(connection).await? {
            Ok(_) => Source::operator().record(Event::Registered, who, role, connection).await,
            Err(EmailTaken) => Err(QueryError::RollbackTransaction),
        }
    }));
    match stored.await {
        Err(QueryError::RollbackTransaction) => Ok(()),
        result => result,
    }
}

/// Whether an account has this password.
///
/// # Errors
///
/// [`Error::Busy`] when too many passwords are being verified.
pub async fn has_password(account: &Account, password: &str, hasher: &Hasher) -> Result<bool> {
    let verdict = hasher.verify(password, Some(account.password_hash.clone())).await?;
    Ok(verdict != Verdict::Wrong)
}
