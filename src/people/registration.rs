//! Registration.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use tower_sessions_core::Session;

use super::views;
use crate::accounts::{Account, settings};
use crate::app::App;
use crate::audit::{Event, Source, Who};
use crate::auth::{self, Action, attempt, login, password};
use crate::config::Registration;
use crate::db::{Connection, granted};
use crate::error::Result;
use crate::id::Id;
use crate::web::{Context, Fields, Form, Message, Rejection, Submission, answer, origin};

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
    let again = |form, status| refuse(app, &context, form, status);
    if let Err(rejection) = save(app, &context, submission, (&mut form, password), request).await {
        return rejection.answer(form, "register-away", again);
    }
    match sign_in(app, &context, &session, submission, (&form, password), request).await {
        Ok(response) => Ok(response),
        // A replay with another password: the form was used for other content.
        Err(Rejection::Refused(..)) => Rejection::KeyReused.answer(form, "login-away", again),
        // Not the form, which would have a fresh key: the account is there.
        Err(Rejection::Error(error)) => Err(error),
        Err(rejection) => rejection.answer(form, "login-away", again),
    }
}

async fn save(
    app: &App,
    context: &Context,
    submission: Submission,
    (form, password): (&mut Form, &str),
    request: &Request,
) -> Result<(), Rejection> {
    if !form.is_valid() {
        return Err(Rejection::Invalid);
    }
    if let Err(wait) = auth::rate_limiter(app).count(Action::Register, &origin(request).address).await {
        form.fail("", Message::new("register-throttled"));
        return Err(Rejection::RateLimited(wait));
    }
    let account = account(app, context, submission, form, password).await?;
    let source = Source::of(request);
    let change = async move |connection: &mut Connection| {
        let who = Who::from(&account);
        granted!(account.insert(connection).await?);
        source.by(who.clone()).record(Event::Registered, who, "", connection).await?;
        Ok(Ok::<_, Rejection>(()))
    };
    submission.change(&app.users, change).await
}

/// By the password, which is not part of what the idempotency key compares: in a replay it tells whether the sender is
/// the one who registered.
async fn sign_in(
    app: &App,
    context: &Context,
    session: &Session,
    submission: Submission,
    (form, password): (&Form, &str),
    request: &Request,
) -> Result<Response, Rejection> {
    let account = attempt::password(app, request, form.value("email"), password).await?;
    login::begin(app, context, session, request, (&account, submission.key()), login::HOME).await
}

/// The account of a valid form, with the default role.
///
/// # Errors
///
/// When passwords cannot be hashed.
pub async fn account(
    app: &App,
    context: &Context,
    submission: Submission,
    form: &Form,
    password: &str,
) -> Result<Account> {
    let hash = auth::hasher(app).hash(password.to_owned()).await?;
    let name = (form.value("first_name"), form.value("last_name"));
    let role = app.config.default_role;
    Ok(Account::new(submission.key(), name, form.value("email"), hash, role, context.language))
}

/// Whether anyone may register. The first administrator always may.
async fn is_open(app: &App) -> Result<bool> {
    if app.config.registration == Registration::Open {
        return Ok(true);
    }
    Ok(!app.users.run(async |connection| settings::has_administrator(connection).await).await?)
}

fn refuse(app: &App, context: &Context, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::register::page(context, &form);
    let fragment = || views::register::form(context, &form);
    answer::form(context, status, page, fragment)
}

/// Validates the form of a new account.
pub fn check(form: &mut Form, password: &str, organisation: &str) {
    form.check_text("first_name", 60);
    form.check_text("last_name", 60);
    form.check_email("email");
    let own = [form.value("first_name"), form.value("last_name"), form.value("email"), organisation];
    if let Some(complaint) = password::complaint(password, &own) {
        form.fail("password", complaint);
    }
}
