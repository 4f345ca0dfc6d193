//! Signing in and out.

use std::time::Duration;

use poem::http::{HeaderValue, StatusCode, header};
use poem::web::{Data, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;
use tower_sessions_core::Session;
use tower_sessions_core::session::Id as SessionId;

use super::admission::{Refused, admit};
use super::{end_reason, known_device};
use crate::accounts::account::{self, Account};
use crate::app::App;
use crate::audit::log::{self, Event, Source, Who};
use crate::auth::password::Verdict;
use crate::auth::rate_limit::Subject;
use crate::auth::second_factor::step;
use crate::auth::{self, views};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::origin;
use crate::web::{Context, Fields, Form, Message, Visitor, answer};

pub const HOME: &str = "/products";

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// The form.
#[handler]
pub async fn new(app: &App, context: Context, visitor: Data<&Visitor>, query: Query<Next>) -> Response {
    let next = answer::local_path(&query.next, "");
    if context.person.is_some() {
        return answer::see_other(&context, if next.is_empty() { HOME } else { next });
    }
    let mut form = Form::default();
    if let Visitor::Ended(because) = *visitor
        && let Some(message) = end_reason::message(because)
    {
        form.fail("", message);
    }
    refuse(app, &context, form, next, StatusCode::OK)
}

/// Signs in.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    session: Data<&Session>,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let next = answer::local_path(fields.get("next"), "");
    let mut form = Form::default();
    form.set("email", fields.get("email").trim());
    let mut attempt = attempt(app, request, form.value("email"), fields.get("password")).await;
    if let Ok(account) = &attempt
        && account.disabled_at.is_none()
    {
        let onward = if next.is_empty() { HOME } else { next };
        let key = app.signer.check(fields.get("_submission"), Id::NIL).unwrap_or(Id::NIL);
        match begin(app, &context, &session, request, (account, key), onward).await {
            Ok(Some(response)) => return Ok(response),
            Ok(None) => attempt = Err(Failure::Wrong),
            Err(error) => attempt = Err(Failure::Error(error)),
        }
    }
    if let Err(failure) = &attempt {
        failure.record(app, request, form.value("email"));
    }
    match attempt {
        Ok(account) => {
            let who = Source::of(request).by(&account);
            log::record_later(app, who, Event::SignInFailed, (&account).into(), "disabled".into());
            form.fail("", Message::new("login-disabled"));
            Ok(refuse(app, &context, form, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Failure::Wrong) => {
            form.fail("", Message::new("login-failed"));
            Ok(refuse(app, &context, form, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Failure::Throttled(seconds)) => {
            form.fail("", Message::new("login-throttled").with("seconds", seconds));
            let response = refuse(app, &context, form, next, StatusCode::TOO_MANY_REQUESTS);
            Ok(later(response, Duration::from_secs(seconds)))
        }
        Err(Failure::Error(error @ (Error::Away { .. } | Error::Busy(_)))) => {
            tracing::warn!(request_id = context.request_id, cause = %error, "sign-in is away");
            form.fail("", Message::new("login-away"));
            Ok(away(refuse(app, &context, form, next, StatusCode::SERVICE_UNAVAILABLE)))
        }
        Err(Failure::Error(error)) => Err(error),
    }
}

/// Signs out.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    session: Data<&Session>,
    request: &Request,
) -> Result<Response> {
    if let Some(id) = session.id() {
        auth::sessions(app).store().sign_out(&id, &Source::of(request)).await?;
    }
    let mut response = answer::see_other(&context, "/login");
    auth::sessions(app).drop(&mut response);
    Ok(response)
}

/// Why a password did not do.
pub enum Failure {
    Wrong,
    /// So many failures that nothing is verified for so many seconds.
    Throttled(u64),
    Error(Error),
}

impl Failure {
    /// Notes a failed try, without letting the visitor wait: how long that takes would tell something.
    fn record(&self, app: &App, request: &Request, email: &str) {
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

/// Goes on with somebody whose password was right, by a form with this key: signs in, or asks for what is still to
/// come. `None` when the password, or what else the account was, has changed meanwhile: that is as good as a wrong one.
///
/// # Errors
///
/// When the database is away.
pub async fn begin(
    app: &App,
    context: &Context,
    session: &Session,
    request: &Request,
    (account, key): (&Account, Id),
    next: &str,
) -> Result<Option<Response>> {
    if let Some(step) = step::after_password(app, account).await? {
        return Ok(Some(step.ask(app, context, next)));
    }
    let mut response = answer::see_other(context, next);
    // A form that comes again leads to the same session, but to one of its own after that one has ended, or from
    // elsewhere: whoever has read the form is not to share its sender's.
    let by_form = app.signer.session_id_by_form(key, account.id, &origin(request).bytes());
    for id in by_form.into_iter().chain([SessionId::default()]) {
        match admit(app, session, request, (account, id, "password"), &mut response).await? {
            Ok(()) => return Ok(Some(response)),
            Err(Refused::Ended) => {}
            Err(Refused::Outdated) => return Ok(None),
        }
    }
    Ok(None)
}

/// Marks an answer as one that another try may better.
pub fn away(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// Marks an answer as one that another try may better after a time.
pub fn later(mut response: Response, wait: Duration) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    response
}

/// The form, with a fresh key.
pub fn refuse(app: &App, context: &Context, mut form: Form, next: &str, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::login::page(context, &form, next);
    let fragment = || views::login::fragment(context, &form, next);
    answer::form(context, status, page, fragment)
}
