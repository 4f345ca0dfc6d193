//! Signing in with a password, and signing out.

use poem::http::StatusCode;
use poem::web::{Data, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;
use tower_sessions_core::Session;

use super::begin::begin;
use super::form::{HOME, show};
use crate::app::App;
use crate::audit::{Event, Source, Who, log};
use crate::auth::attempt::{self, SIGN_IN};
use crate::auth::{self, end_reason};
use crate::error::Result;
use crate::id::Id;
use crate::web::{Context, Fields, Form, Rejection, Visitor, answer};

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// The form.
#[handler]
pub async fn new(app: &App, context: Context, visitor: Data<&Visitor>, query: Query<Next>) -> Response {
    if context.person.is_some() {
        return answer::see_other(&context, answer::local_path(&query.next, HOME));
    }
    let mut form = Form::default();
    if let Visitor::Ended(because) = *visitor
        && let Some(message) = end_reason::message(because)
    {
        form.fail("", message);
    }
    show(app, &context, form, answer::local_path(&query.next, ""), StatusCode::OK)
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
    let mut form = Form::default();
    form.set("email", fields.get("email").trim());
    let email = form.value("email").to_owned();
    let next = answer::local_path(fields.get("next"), HOME);
    let signed_in = match attempt::password(app, request, &email, fields.get("password")).await {
        Ok(account) if account.disabled_at.is_some() => {
            let by = Source::of(request).by(&account);
            log::record_later(app, by, Event::SignInFailed, (&account).into(), "disabled".into());
            Err(Rejection::whole("login-disabled"))
        }
        Ok(account) => {
            let key = app.signer.check(fields.get("_submission"), Id::NIL).unwrap_or(Id::NIL);
            let begun = begin(app, &context, &session, request, (&account, key), next).await;
            begun.inspect_err(|rejection| record(app, request, rejection, email))
        }
        Err(rejection) => {
            record(app, request, &rejection, email);
            Err(rejection)
        }
    };
    let again = |form, status| show(app, &context, form, answer::local_path(fields.get("next"), ""), status);
    signed_in.or_else(|rejection| rejection.answer(form, "login-away", again))
}

fn record(app: &App, request: &Request, rejection: &Rejection, email: String) {
    // People type passwords into the wrong field; only what looks like an e-mail address is kept.
    let email = if email.contains('@') { email } else { String::new() };
    attempt::record(app, request, rejection, SIGN_IN, Who { id: None, email }, "password");
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
