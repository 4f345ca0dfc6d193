//! `bodega user reset-factor`: for installations whose only administrator has lost everything.

use diesel_async::AsyncConnection;

use crate::accounts::account;
use crate::audit::log::{Event, Source};
use crate::auth::second_factor::{requirement, store};
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

/// Resets it and says so.
///
/// # Errors
///
/// When the database is away or nobody has this address.
pub async fn run(options: &Options) -> Result<(), Failure> {
    let users = Database::new("db_usuarios", &options.databases.users_database_url, 1);
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

/// Whether the person had a second factor; `None` when there is no such person. Where there is mail, the person
/// is told.
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
            let removed = store::reset(account.id, connection).await?;
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
