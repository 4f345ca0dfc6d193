//! Signing in and out.

use std::time::Duration;

use poem::http::{HeaderValue, StatusCode, header};
use poem::web::{Data, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;
use tower_sessions_core::session::{Id as SessionId, Record};
use tower_sessions_core::{Session, SessionStore};

use super::account::{self, Account};
use super::factor::second_steps;
use super::log::{self, Event, Source, Who, origin};
use super::password::Verdict;
use super::session_store::ORIGIN;
use super::throttle::Subject;
use super::{ended, known_device, views};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::session::{SIGN_IN, SignIn};
use crate::web::{Context, Fields, Form, LANGUAGE_COOKIE, Language, Message, Visitor, answer, cookies};

pub(super) const HOME: &str = "/products";

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// The form.
#[handler]
pub async fn new(context: Context, visitor: Data<&Visitor>, query: Query<Next>) -> Response {
    let next = answer::local_path(&query.next, "");
    if context.person.is_some() {
        return answer::see_other(&context, if next.is_empty() { HOME } else { next });
    }
    let mut form = Form::default();
    if let Visitor::Ended(because) = *visitor
        && let Some(message) = ended::message(because)
    {
        form.fail("", message);
    }
    refuse(&context, &form, next, StatusCode::OK)
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
    let attempt = attempt(app, request, form.value("email"), fields.get("password")).await;
    if let Err(failure) = &attempt {
        failure.record(app, request, form.value("email"));
    }
    match attempt {
        Ok(account) if account.disabled_at.is_some() => {
            let who = Source::of(request).by(&account);
            log::record_later(app, who, Event::SignInFailed, (&account).into(), "disabled".into());
            form.fail("", Message::new("login-disabled"));
            Ok(refuse(&context, &form, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Ok(account) => {
            begin(app, &context, &session, request, &account, if next.is_empty() { HOME } else { next }).await
        }
        Err(Failure::Wrong) => {
            form.fail("", Message::new("login-failed"));
            Ok(refuse(&context, &form, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Failure::Throttled(seconds)) => {
            form.fail("", Message::new("login-throttled").with("seconds", seconds));
            let response = refuse(&context, &form, next, StatusCode::TOO_MANY_REQUESTS);
            Ok(later(response, Duration::from_secs(seconds)))
        }
        Err(Failure::Error(error @ (Error::Away { .. } | Error::Busy(_)))) => {
            tracing::warn!(request_id = context.request_id, cause = %error, "sign-in is away");
            form.fail("", Message::new("login-away"));
            Ok(away(refuse(&context, &form, next, StatusCode::SERVICE_UNAVAILABLE)))
        }
        Err(Failure::Error(error)) => Err(error),
    }
}

/// Signs out: the row first, so that no replica takes the cookie any more, whatever Redis holds.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    session: Data<&Session>,
    request: &Request,
) -> Result<Response> {
    if session.id().is_some() {
        session.delete().await.map_err(|error| Error::Away { what: "sessions", why: error.to_string() })?;
    }
    if let Some(person) = &context.person {
        log::record_later(app, Source::of(request), Event::SignedOut, person.into(), String::new());
    }
    let mut response = answer::see_other(&context, "/login");
    app.sessions.drop(&mut response);
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
    let counted = app.throttle.try_once(subject, address).await;
    counted.map_err(|wait| Failure::Throttled(wait.as_secs().max(1)))?;
    match verified(app, email, password).await {
        Ok(Some(account)) => {
            app.throttle.succeeded(subject, address).await;
            Ok(account)
        }
        Ok(None) => Err(Failure::Wrong),
        Err(error) => {
            app.throttle.withdraw(subject, address).await;
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
    let account = app.users.run(async |connection| account::find_by_email(email, connection).await).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    // Longer ones are nobody's, and hashing them costs.
    let password: String = password.chars().take(257).collect();
    match (account, app.hasher.verify(password, hash).await?) {
        (Some(account), Verdict::Right) => Ok(Some(account)),
        (Some(account), Verdict::RightRenewed(renewed)) => {
            let (id, old) = (account.id, &account.password_hash);
            app.users
                .run(async |connection| account::renew_password_hash(id, old, &renewed, connection).await)
                .await?;
            Ok(Some(account))
        }
        _ => Ok(None),
    }
}

/// Goes on with somebody whose password was right: signs in, or asks for what is still to come.
///
/// # Errors
///
/// When the database is away.
pub async fn begin(
    app: &App,
    context: &Context,
    session: &Session,
    request: &Request,
    account: &Account,
    next: &str,
) -> Result<Response> {
    match second_steps::after_password(app, account.id).await? {
        Some(step) => Ok(step.ask(app, context, next)),
        None => {
            let mut response = answer::see_other(context, next);
            let proven = (account, SessionId::default(), "password");
            admit(app, session, request, proven, &mut response).await?;
            Ok(response)
        }
    }
}

/// Lets somebody in who has proven everything: a session of this id, with nothing in it from before. With
/// the id of one that there is already, that one goes on. `by` is what was proven, for the security log.
///
/// # Errors
///
/// When the database is away: a sign-in is stored there before anything else.
pub(super) async fn admit(
    app: &App,
    session: &Session,
    request: &Request,
    (account, id, by): (&Account, SessionId, &str),
    response: &mut Response,
) -> Result<()> {
    let away = |error: tower_sessions_core::session_store::Error| Error::Away {
        what: "sessions",
        why: error.to_string(),
    };
    let store = app.sessions.store();
    if let Some(before) = session.id().filter(|before| *before != id) {
        store.delete(&before).await.map_err(away)?;
    }
    let now = OffsetDateTime::now_utc();
    let (since, seen) = (now.unix_timestamp(), now.unix_timestamp());
    let sign_in = json!(SignIn { person: account.person(), since, seen });
    let data = [(SIGN_IN.to_owned(), sign_in), (ORIGIN.to_owned(), json!(origin(request)))].into();
    store.create(&mut Record { id, data, expiry_date: now }).await.map_err(away)?;
    log::record_later(app, Source::of(request).by(account), Event::SignedIn, account.into(), by.into());
    app.sessions.keep(id, response);
    known_device::remember(app, request, account.id, response);
    let language = Language::from_tag(&account.language).unwrap_or_default();
    cookies::set(response, LANGUAGE_COOKIE, language.tag(), Some(cookies::YEAR), app.config.is_https());
    Ok(())
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

pub(super) fn refuse(context: &Context, form: &Form, next: &str, status: StatusCode) -> Response {
    let page = || views::login::page(context, form, next);
    let fragment = || views::login::fragment(context, form, next);
    answer::form(context, status, page, fragment)
}
