//! Making oneself an account.

use std::time::Duration;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use tower_sessions_core::Session;

use super::views;
use crate::accounts::account::{Account, EmailTaken};
use crate::accounts::settings;
use crate::app::App;
use crate::audit::log::{Event, Source, Who};
use crate::auth::rate_limit::Action;
use crate::auth::sign_in::attempt::{self, Failure};
use crate::auth::sign_in::begin;
use crate::auth::sign_in::form;
use crate::auth::{self, password};
use crate::config::Registration;
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Fields, Form, Message, Submission, answer, origin};

/// The form.
#[handler]
pub async fn new(app: &App, context: Context) -> Result<Response> {
    if context.person.is_some() {
        return Ok(answer::see_other(&context, "/products"));
    }
    if !is_open(app).await? {
        return Ok(answer::ok(views::register::closed(&context)));
    }
    let form = Form::with_submission(app.signer.issue(Id::NIL));
    Ok(answer::ok(views::register::page(&context, &form)))
}

/// Registers, and signs in.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    session: Data<&Session>,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    if !is_open(app).await? {
        return Ok(answer::html(StatusCode::FORBIDDEN, views::register::closed(&context)));
    }
    let mut form = Form::default();
    form.take(fields, &["first_name", "last_name", "email"]);
    let password = fields.get("password");
    check(&mut form, password, app.config.organisation());
    if !form.is_valid() {
        return Ok(refuse(app, &context, form, StatusCode::UNPROCESSABLE_ENTITY));
    }
    if let Err(wait) = auth::rate_limiter(app).count(Action::Register, &origin(request).address).await {
        form.fail("", Message::new("register-throttled"));
        return Ok(answer::later(refuse(app, &context, form, StatusCode::TOO_MANY_REQUESTS), wait));
    }
    match save(app, &context, submission, &form, password, Source::of(request)).await {
        Ok(Outcome::Done(())) => {}
        Ok(Outcome::Refused(EmailTaken)) => {
            form.fail("email", Message::new("email-taken"));
            return Ok(refuse(app, &context, form, StatusCode::UNPROCESSABLE_ENTITY));
        }
        Ok(Outcome::KeyReused) => {
            form.fail("", Message::new("submission-changed"));
            return Ok(refuse(app, &context, form, StatusCode::UNPROCESSABLE_ENTITY));
        }
        Err(error @ (Error::Away { .. } | Error::Busy(_))) => {
            tracing::warn!(request_id = context.request_id, cause = %error, "registration is away");
            form.fail("", Message::new("register-away"));
            return Ok(answer::away(refuse(app, &context, form, StatusCode::SERVICE_UNAVAILABLE)));
        }
        Err(error) => return Err(error),
    }
    // By the password, not by the key: should the answer have been lost and the form come again, it is
    // the password that tells whether it is the same person's.
    let email = form.value("email").to_owned();
    let attempt = match attempt::attempt(app, request, &email, password).await {
        Ok(account) => {
            let proven = (&account, submission.key());
            let begun = begin::begin(app, &context, &session, request, proven, form::HOME).await?;
            begun.ok_or(Failure::Wrong)
        }
        Err(failure) => Err(failure),
    };
    match attempt {
        Ok(response) => Ok(response),
        Err(Failure::Wrong) => {
            form.fail("", Message::new("submission-changed"));
            Ok(refuse(app, &context, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Failure::Throttled(seconds)) => {
            form.fail("", Message::new("login-throttled").with("seconds", seconds));
            let response = refuse(app, &context, form, StatusCode::TOO_MANY_REQUESTS);
            Ok(answer::later(response, Duration::from_secs(seconds)))
        }
        Err(Failure::Error(error)) => Err(error),
    }
}

async fn save(
    app: &App,
    context: &Context,
    submission: Submission,
    form: &Form,
    password: &str,
    source: Source,
) -> Result<Outcome<(), EmailTaken>> {
    let hash = auth::hasher(app).hash(password.to_owned()).await?;
    let name = (form.value("first_name"), form.value("last_name"));
    let account = Account::new(
        submission.key(),
        name,
        form.value("email"),
        hash,
        app.config.default_role,
        context.language,
    );
    submission
        .once(&app.users, async move |connection: &mut Connection| {
            let who = Who::from(&account);
            if account.insert(connection).await?.is_err() {
                return Ok(Err(EmailTaken));
            }
            source.by(who.clone()).record(Event::Registered, who, "", connection).await?;
            Ok(Ok(()))
        })
        .await
}

/// Open, or nobody is there yet who could let anyone in.
async fn is_open(app: &App) -> Result<bool> {
    if app.config.registration == Registration::Open {
        return Ok(true);
    }
    Ok(!app.users.run(async |connection| settings::has_administrator(connection).await).await?)
}

fn refuse(app: &App, context: &Context, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::register::page(context, &form);
    let fragment = || views::register::fragment(context, &form);
    answer::form(context, status, page, fragment)
}

/// Puts messages beside what cannot be a new account's.
pub fn check(form: &mut Form, password: &str, organisation: &str) {
    form.check_text("first_name", 60);
    form.check_text("last_name", 60);
    form.check_email("email");
    let own = [form.value("first_name"), form.value("last_name"), form.value("email"), organisation];
    if let Some(complaint) = password::complaint(password, &own) {
        form.fail("password", complaint);
    }
}
