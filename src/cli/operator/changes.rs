//! Changes of existing accounts: for people who are locked out, even the last administrator. By the rules of the pages,
//! and recorded in the same audit log.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use time::PrimitiveDateTime;

use super::{ask, find, open, role};
use crate::accounts::{Account, account};
use crate::audit::Source;
use crate::auth::{Hasher, NewPassword, password};
use crate::cli::Failure;
use crate::config::{Argon2, Databases, Organisation, Smtp};
use crate::db::users_schema::accounts;
use crate::db::{Connection, Database, committed};
use crate::id::Id;
use crate::people::administration;
use crate::web::{Language, Role};

/// All accounts.
#[derive(clap::Args, Clone, Debug)]
pub struct List {
    #[command(flatten)]
    databases: Databases,
}

/// One account.
#[derive(clap::Args, Clone, Debug)]
pub struct One {
    /// The person's address
    email: String,

    #[command(flatten)]
    databases: Databases,
}

/// One account and what it may do from now on.
#[derive(clap::Args, Clone, Debug)]
pub struct NewRole {
    #[command(flatten)]
    pub one: One,

    #[arg(value_parser = role())]
    pub role: Role,
}

/// One account; the new password has no place in a command line.
#[derive(clap::Args, Clone, Debug)]
pub struct SetPassword {
    #[command(flatten)]
    one: One,

    #[command(flatten)]
    argon2: Argon2,

    #[command(flatten)]
    organisation: Organisation,

    #[command(flatten)]
    smtp: Smtp,
}

/// What to do to an account.
#[derive(Clone, Debug)]
pub enum Change {
    Role(Role),
    Disable,
    Enable,
    /// The hash of the new one, and whether the person can be mailed.
    Password {
        hash: String,
        mail: bool,
    },
}

/// Prints a line for each account: e-mail address, role, state, last visit, name.
///
/// # Errors
///
/// When the database is away.
pub async fn list(list: &List) -> Result<(), Failure> {
    let users = open(&list.databases);
    let accounts = users.run(async |connection| {
        accounts::table.order(accounts::email_key).select(Account::as_select()).load(connection).await
    });
    for account in accounts.await? {
        println!("{}", line(&account));
    }
    Ok(())
}

fn line(account: &Account) -> String {
    let state = if account.disabled_at.is_some() { "disabled" } else { "enabled" };
    let seen = account.last_seen_at.map_or("never".to_owned(), minute);
    let name = format!("{} {}", account.first_name, account.last_name);
    format!("{:<40} {:<13} {state:<8} {seen:<17} {name}", account.email, account.role().key())
}

/// `2026-03-02T09:05Z`
fn minute(at: PrimitiveDateTime) -> String {
    format!("{}T{:02}:{:02}Z", at.date(), at.hour(), at.minute())
}

/// Asks for a new password, by the rules of the pages, and sets it; the person's sign-ins end.
///
/// # Errors
///
/// As [`apply`], and when the password breaks a rule.
pub async fn set_password(options: &SetPassword) -> Result<(), Failure> {
    let users = open(&options.one.databases);
    let account = find(&options.one.email, &users).await?;
    let password = ask()?;
    let organisation = &options.organisation.organisation;
    let own = [account.first_name.as_str(), &account.last_name, &account.email, organisation];
    if let Some(complaint) = password::complaint(&password, &own) {
        return Err(complaint.text(Language::English).into());
    }
    let hash = Hasher::new(options.argon2).hash(password).await?;
    run(&options.one, Change::Password { hash, mail: options.smtp.is_on() }).await
}

/// Makes a change, and prints what the account is then.
///
/// # Errors
///
/// As [`apply`].
pub async fn run(one: &One, change: Change) -> Result<(), Failure> {
    let account = apply(&one.email, change, &open(&one.databases)).await?;
    println!("{}", line(&account));
    Ok(())
}

/// Makes a change, which the replicas hear of within a few seconds. Returns the account as it is then.
///
/// # Errors
///
/// When there is no such account, the database is away, or nobody could administer the installation any more.
pub async fn apply(email: &str, change: Change, users: &Database) -> Result<Account, Failure> {
    let id = find(email, users).await?.id;
    let source = Source::operator();
    let changed = users.run(async |connection| {
        committed(connection.transaction(async |connection| match &change {
            Change::Role(role) => administration::set_role(id, *role, &source, connection).await,
            Change::Disable => administration::disable(id, &source, connection).await,
            Change::Enable => administration::enable(id, &source, connection).await,
            Change::Password { hash, mail } => {
                let new = NewPassword { hash: hash.clone(), source: source.clone(), mail: *mail };
                replace_password(id, &new, connection).await
            }
        }))
        .await
    });
    match changed.await? {
        Ok(()) => find(email, users).await,
        Err(administration::Refusal::LastAdministrator) => {
            Err("this is the last administrator who is not disabled; make somebody else one first".into())
        }
        Err(refusal) => Err(format!("the account stays as it is: {refusal:?}").into()),
    }
}

async fn replace_password(id: Id, new: &NewPassword, connection: &mut Connection) -> administration::Change {
    let Some(account) = account::lock(id, connection).await? else {
        return Ok(Err(administration::Refusal::Missing));
    };
    new.store(&account, None, "", connection).await.map(Ok)
}
