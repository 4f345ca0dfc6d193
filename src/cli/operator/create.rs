//! `bodega user create`: also where registration is closed.

use diesel::result::Error as QueryError;
use diesel_async::AsyncConnection;

use super::{ask, open, role};
use crate::accounts::{Account, EmailTaken, account};
use crate::audit::{Event, Source, Who};
use crate::auth::Hasher;
use crate::cli::Failure;
use crate::config::{Argon2, Databases, Organisation};
use crate::db::{Connection, Database, committed};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::people::registration;
use crate::text;
use crate::web::{Form, Language, Role};

/// Options of the command.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    #[command(flatten)]
    pub account: NewAccount,

    #[command(flatten)]
    pub databases: Databases,

    #[command(flatten)]
    pub argon2: Argon2,
}

/// An account without its password: others can read command lines.
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

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// What is wrong with it, a line for each.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Asks for the password, and makes the account.
///
/// # Errors
///
/// When the database is away, or what was given breaks a rule of the registration form.
pub async fn run(options: &Options) -> Result<(), Failure> {
    let password = ask()?;
    let users = open(&options.databases);
    let account = create(&options.account, &password, &users, &Hasher::new(options.argon2)).await?;
    println!("{} {}: {}, {}", account.first_name, account.last_name, account.email, account.role);
    Ok(())
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
    // By its key: a commit whose answer was lost may have happened.
    let found = users.run(async |connection| account::find_by_email(email, connection).await).await?;
    found
        .filter(|found| found.id == account.id)
        .ok_or_else(|| Refused::Invalid(format!("email: {email} has an account already")))
}

fn complaints(form: &Form) -> String {
    let lines = form.errors().map(|(field, message)| format!("{field}: {}", message.text(Language::English)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Stores it if its e-mail address is free. In a transaction, or else one that is not would be left behind as the
/// installation's administrator.
async fn store(account: Account, connection: &mut Connection) -> diesel::QueryResult<()> {
    let stored = committed(connection.transaction(async |connection| {
        let who = Who::from(&account);
        match account.insert(connection).await? {
            Ok(role) => Source::operator().record(Event::Registered, who, role.key(), connection).await,
            Err(EmailTaken) => Err(QueryError::RollbackTransaction),
        }
    }));
    match stored.await {
        Err(QueryError::RollbackTransaction) => Ok(()),
        result => result,
    }
}
