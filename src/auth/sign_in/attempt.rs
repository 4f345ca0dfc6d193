//! A try at somebody's password, counted before it is made.

use poem::Request;

use super::known_device;
use crate::accounts::account::{self, Account};
use crate::app::App;
use crate::audit::log::{self, Event, Source, Who};
use crate::auth;
use crate::auth::password::Verdict;
use crate::auth::rate_limit::Subject;
use crate::error::{Error, Result};
use crate::web::origin;

/// Why a password did not do.
pub enum Failure {
    Wrong,
    /// So many failures that nothing is verified for so many seconds.
    Throttled(u64),
    Error(Error),
}

impl Failure {
    /// Notes a failed try, without letting the visitor wait: how long that takes would tell something.
    pub fn record(&self, app: &App, request: &Request, email: &str) {
        let event = match self {
            Self::Wrong => Event::SignInFailed,
            Self::Throttled(_) => Event::SignInThrottled,
            Self::Error(_) => return,
        };
        // People type passwords into the wrong field; only what looks like an address is kept.
        let email = if email.contains('@') { email.to_owned() } else { String::new() };
        log::record_later(app, Source::of(request), event, Who { id: None, email }, "password".into());
    }
}

/// A try at the password of the account with this address, counted before it is made.
///
/// # Errors
///
/// See [`Failure`].
pub async fn attempt(app: &App, request: &Request, email: &str, password: &str) -> Result<Account, Failure> {
    let (address, device) = (&origin(request).address, known_device::find(app, request, email).await);
    let subject = device.as_deref().map_or(Subject::Account(email), Subject::Device);
    let counted = auth::rate_limiter(app).try_once(subject, address).await;
    counted.map_err(|wait| Failure::Throttled(wait.as_secs().max(1)))?;
    match verified(app, email, password).await {
        Ok(Some(account)) => {
            auth::rate_limiter(app).succeeded(subject, address).await;
            Ok(account)
        }
        Ok(None) => Err(Failure::Wrong),
        Err(error) => {
            auth::rate_limiter(app).withdraw(subject, address).await;
            Err(Failure::Error(error))
        }
    }
}

/// The account with this address and password. Takes as long without an account as with one.
///
/// # Errors
///
/// When the database is away or too many passwords are being verified.
pub async fn verified(app: &App, email: &str, password: &str) -> Result<Option<Account>> {
    loop {
        let account =
            app.users.run(async |connection| account::find_by_email(email, connection).await).await?;
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        match (account, auth::hasher(app).verify(password, hash).await?) {
            (Some(account), Verdict::Right) => return Ok(Some(account)),
            // And once more by what is stored then, whoever was faster.
            (Some(account), Verdict::RightRenewed(renewed)) => {
                let (id, old) = (account.id, &account.password_hash);
                let renew = app.users.run(async |connection| {
                    account::renew_password_hash(id, old, &renewed, connection).await
                });
                renew.await?;
            }
            _ => return Ok(None),
        }
    }
}
