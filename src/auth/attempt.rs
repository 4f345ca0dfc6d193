//! Tries at a password or a code, counted before they are made.

use poem::Request;

use super::known_device;
use super::rate_limit::Subject;
use crate::accounts::{Account, account};
use crate::app::App;
use crate::audit::{Event, Source, Who, log};
use crate::auth::{self, Verdict};
use crate::error::Result;
use crate::web::{Rejection, origin};

/// How the audit log calls a failed try: a wrong one, and one beyond the rate limit.
pub type Names = (Event, Event);
/// Of signing in.
pub const SIGN_IN: Names = (Event::SignInFailed, Event::SignInRateLimited);
/// Of somebody who is signed in already.
pub const REAUTHENTICATION: Names = (Event::ReauthenticationFailed, Event::ReauthenticationRateLimited);

/// Tries the password of the account with this e-mail address.
///
/// # Errors
///
/// See [`Rejection`].
pub async fn password(
    app: &App,
    request: &Request,
    email: &str,
    password: &str,
) -> Result<Account, Rejection> {
    let device = known_device::find(app, request, email).await;
    let subject = device.as_deref().map_or(Subject::Account(email), Subject::Device);
    let attempt = async {
        let account = verified(app, email, password).await?;
        account.ok_or_else(|| Rejection::whole("login-failed"))
    };
    auth::rate_limiter(app).attempt(subject, &origin(request).address, is_refused, attempt).await
}

/// Tries the password of somebody who is signed in.
///
/// # Errors
///
/// See [`Rejection`].
pub async fn own_password(
    app: &App,
    request: &Request,
    account: &Account,
    password: &str,
) -> Result<(), Rejection> {
    let attempt = async {
        match auth::hasher(app).verify(password, Some(account.password_hash.clone())).await? {
            Verdict::Wrong => Err(Rejection::whole("factor-password-wrong")),
            Verdict::Right | Verdict::RightRenewed(_) => Ok(()),
        }
    };
    let (subject, address) = (Subject::Own(account.id), &origin(request).address);
    auth::rate_limiter(app).attempt(subject, address, is_refused, attempt).await
}

/// Tries a code of the account's second factor; `is_wrong` tells refusals of the code from others.
///
/// # Errors
///
/// See [`Rejection`].
pub async fn code<T>(
    app: &App,
    request: &Request,
    account: &Account,
    is_wrong: impl FnOnce(&Rejection) -> bool,
    attempt: impl Future<Output = Result<T, Rejection>>,
) -> Result<T, Rejection> {
    let device = known_device::find(app, request, &account.email).await;
    let subject = device.as_deref().map_or(Subject::Factor(account.id), Subject::FactorDevice);
    auth::rate_limiter(app).attempt(subject, &origin(request).address, is_wrong, attempt).await
}

/// Whether a try was wrong, where nothing else is refused. A key that was used before tells nothing, so it stays
/// counted, too.
pub fn is_refused(rejection: &Rejection) -> bool {
    matches!(rejection, Rejection::Refused(..) | Rejection::KeyReused)
}

/// Records a failed try in the audit log. In the background: how long that takes would tell something.
pub fn record(
    app: &App,
    request: &Request,
    rejection: &Rejection,
    (failed, rate_limited): Names,
    who: impl Into<Who>,
    what: &str,
) {
    let event = match rejection {
        Rejection::Refused(..) => failed,
        Rejection::RateLimited(_) => rate_limited,
        _ => return,
    };
    log::record_later(app, Source::of(request), event, who.into(), what.to_owned());
}

/// The account with this e-mail address and password. Takes as long without an account as with one.
async fn verified(app: &App, email: &str, password: &str) -> Result<Option<Account>> {
    loop {
        let account =
            app.users.run(async |connection| account::find_by_email(email, connection).await).await?;
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        match (account, auth::hasher(app).verify(password, hash).await?) {
            (Some(account), Verdict::Right) => return Ok(Some(account)),
            // Then once more, by the hash that is stored now, whoever stored it.
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
