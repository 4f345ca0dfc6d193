//! `bodega user reset-factor`: for an only administrator who has lost everything.

use diesel_async::AsyncConnection;

use crate::accounts::account;
use crate::audit::{Event, Source};
use crate::auth::{requirement, second_factor};
use crate::cli::Failure;
use crate::config::{Databases, Smtp};
use crate::db::{Connection, Database, committed};
use crate::mail::letters;

/// Whose second factor to reset.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    /// The person's address
    pub email: String,

    #[command(flatten)]
    pub databases: Databases,

    #[command(flatten)]
    pub smtp: Smtp,
}

/// Resets it, and prints the result.
///
/// # Errors
///
/// When the database is away or nobody has this address.
pub async fn run(options: &Options) -> Result<(), Failure> {
    let users = super::open(&options.databases);
    match reset(&options.email, options.smtp.is_on(), &users).await? {
        None => Err(format!("nobody has the address {}", options.email).into()),
        Some(true) => {
            println!("{}: the second factor is reset", options.email);
            Ok(())
        }
        Some(false) => {
            println!("{}: has no second factor", options.email);
            Ok(())
        }
    }
}

/// Whether the person had a second factor; `None` if there is no such person. Mails the person, if mail can be sent.
///
/// # Errors
///
/// When the database is away.
pub async fn reset(email: &str, mail: bool, users: &Database) -> crate::error::Result<Option<bool>> {
    let email = email.to_owned();
    let work = async move |connection: &mut Connection| {
        let email = email.clone();
        committed(connection.transaction(async move |connection| {
            let Some(account) = account::find_by_email(&email, connection).await? else {
                return Ok::<_, diesel::result::Error>(None);
            };
            let removed = second_factor::reset(account.id, connection).await?;
            if removed {
                let source = Source::operator();
                source.record(Event::FactorReset, &account, "bodega user reset-factor", connection).await?;
                requirement::enforce(Some(account.id), &source, connection).await?;
                if mail {
                    letters::factor_reset(&account, None).post(connection).await?;
                }
            }
            Ok(Some(removed))
        }))
        .await
    };
    users.run(work).await
}
