//! Signing in and out.

use poem::http::{HeaderValue, StatusCode, header};
use poem::web::{Data, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions_core::Session;

use super::account::{self, Account};
use super::password::Verdict;
use super::session_store::ORIGIN;
use super::sign_in::Origin;
use super::views;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::session::{SIGN_IN, SignIn};
use crate::web::{Context, Fields, Form, LANGUAGE_COOKIE, Language, Message, answer, cookies};

const HOME: &str = "/products";

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// The form.
#[handler]
pub async fn new(context: Context, query: Query<Next>) -> Response {
    let next = answer::local_path(&query.next, "");
    if context.person.is_some() {
        return answer::see_other(&context, if next.is_empty() { HOME } else { next });
    }
    refuse(&context, &Form::default(), next, StatusCode::OK)
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
    match attempt(app, &form, fields.get("password"), &origin(request).address).await {
        Ok(account) => {
            begin(app, &context, &session, request, &account, if next.is_empty() { HOME } else { next }).await
        }
        Err(Failure::Wrong) => {
            form.fail("", Message::new("login-failed"));
            Ok(refuse(&context, &form, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Failure::Throttled(seconds)) => {
            form.fail("", Message::new("login-throttled").with("seconds", seconds));
            let mut response = refuse(&context, &form, next, StatusCode::TOO_MANY_REQUESTS);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
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
pub async fn destroy(app: &App, context: Context, session: Data<&Session>) -> Result<Response> {
    if session.id().is_some() {
        session.delete().await.map_err(|error| Error::Away { what: "sessions", why: error.to_string() })?;
    }
    let mut response = answer::see_other(&context, "/login");
    app.sessions.drop(&mut response);
    Ok(response)
}

enum Failure {
    Wrong,
    Throttled(u64),
    Error(Error),
}

async fn attempt(app: &App, form: &Form, password: &str, address: &str) -> Result<Account, Failure> {
    let email = form.value("email");
    let counted = app.throttle.try_once(email, address).await;
    counted.map_err(|wait| Failure::Throttled(wait.as_secs().max(1)))?;
    match verified(app, email, password).await {
        Ok(Some(account)) => {
            app.throttle.succeeded(email, address).await;
            Ok(account)
        }
        Ok(None) => Err(Failure::Wrong),
        Err(error) => {
            app.throttle.withdraw(email, address).await;
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

/// Begins a sign-in with a new session id and nothing in it from before, and goes on to `next`.
///
/// # Errors
///
/// When the database is away: a sign-in is stored there before anything else.
pub async fn begin(
    app: &App,
    context: &Context,
    session: &Session,
    request: &Request,
    account: &Account,
    next: &str,
) -> Result<Response> {
    let away =
        |error: tower_sessions_core::session::Error| Error::Away { what: "sessions", why: error.to_string() };
    if context.person.is_some() {
        session.delete().await.map_err(away)?;
    }
    let fresh = app.sessions.fresh();
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let sign_in = SignIn { person: account.person(), since: now, seen: now };
    fresh.insert(SIGN_IN, sign_in).await.map_err(away)?;
    fresh.insert(ORIGIN, origin(request)).await.map_err(away)?;
    fresh.save().await.map_err(away)?;
    let mut response = answer::see_other(context, next);
    app.sessions.keep(&fresh, &mut response);
    let language = Language::from_tag(&account.language).unwrap_or_default();
    cookies::set(&mut response, LANGUAGE_COOKIE, language.tag(), Some(cookies::YEAR), app.config.is_https());
    Ok(response)
}

/// Where a request comes from, by what HAProxy says of it.
fn origin(request: &Request) -> Origin {
    Origin {
        address: request.header("x-forwarded-for").unwrap_or("").chars().take(45).collect(),
        agent: request.header(header::USER_AGENT).unwrap_or("").chars().take(255).collect(),
    }
}

/// Marks an answer as one that another try may better.
pub fn away(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

fn refuse(context: &Context, form: &Form, next: &str, status: StatusCode) -> Response {
    let page = || views::login::page(context, form, next);
    let fragment = || views::login::fragment(context, form, next);
    answer::form(context, status, page, fragment)
}
