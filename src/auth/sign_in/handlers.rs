//! Signing in and out.

use std::time::Duration;

use poem::http::StatusCode;
use poem::web::{Data, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;
use tower_sessions_core::Session;

use super::end_reason;
use crate::app::App;
use crate::audit::log::{self, Event, Source};
use crate::auth::sign_in::attempt;
use crate::auth::sign_in::attempt::Failure;
use crate::auth::sign_in::begin;
use crate::auth::sign_in::form::{self, show};
use crate::auth::{self};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Fields, Form, Message, Visitor, answer};

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
        return answer::see_other(&context, if next.is_empty() { form::HOME } else { next });
    }
    let mut form = Form::default();
    if let Visitor::Ended(because) = *visitor
        && let Some(message) = end_reason::message(because)
    {
        form.fail("", message);
    }
    show(app, &context, form, next, StatusCode::OK)
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
    let mut attempt = attempt::attempt(app, request, form.value("email"), fields.get("password")).await;
    if let Ok(account) = &attempt
        && account.disabled_at.is_none()
    {
        let onward = if next.is_empty() { form::HOME } else { next };
        let key = app.signer.check(fields.get("_submission"), Id::NIL).unwrap_or(Id::NIL);
        match begin::begin(app, &context, &session, request, (account, key), onward).await {
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
            Ok(show(app, &context, form, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Failure::Wrong) => {
            form.fail("", Message::new("login-failed"));
            Ok(show(app, &context, form, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Failure::Throttled(seconds)) => {
            form.fail("", Message::new("login-throttled").with("seconds", seconds));
            let response = show(app, &context, form, next, StatusCode::TOO_MANY_REQUESTS);
            Ok(answer::later(response, Duration::from_secs(seconds)))
        }
        Err(Failure::Error(error @ (Error::Away { .. } | Error::Busy(_)))) => {
            tracing::warn!(request_id = context.request_id, cause = %error, "sign-in is away");
            form.fail("", Message::new("login-away"));
            Ok(answer::away(show(app, &context, form, next, StatusCode::SERVICE_UNAVAILABLE)))
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
