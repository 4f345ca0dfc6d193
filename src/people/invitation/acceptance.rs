//! Accepting an invitation.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};
use tower_sessions_core::Session;

use super::Invitation;
use crate::app::App;
use crate::audit::Source;
use crate::auth::{attempt, login};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::people::{invitation, registration, views};
use crate::web::{Context, Fields, Form, Rejection, Submission, answer, error_page};

/// The form, if the link works.
#[handler]
pub async fn new(app: &App, context: Context, token: Path<String>) -> Result<Response> {
    match find(app, &token).await? {
        Some(invitation) => Ok(show(app, &context, (&token, &invitation), Form::default(), StatusCode::OK)),
        None => Ok(gone(&context)),
    }
}

/// Creates the account, and signs in.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    session: Data<&Session>,
    submission: Submission,
    token: Path<String>,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let password = fields.get("password");
    let email = match find(app, &token).await? {
        Some(invitation) => {
            let form = typed(app, &invitation, fields);
            match accept(app, &context, submission, (&token, &form, password), request).await {
                Ok(()) => invitation.email,
                Err(Rejection::Error(Error::NotFound)) => return Ok(gone(&context)),
                Err(rejection) => {
                    let again = |form, status| show(app, &context, (&token, &invitation), form, status);
                    return rejection.answer(form, "register-away", again);
                }
            }
        }
        // Already accepted, perhaps by a replay of this form: the password tells.
        None => match app.users.run(async |connection| invitation::accepted(&token, connection).await).await?
        {
            Some(email) => email,
            None => return Ok(gone(&context)),
        },
    };
    match sign_in(app, &context, &session, submission, (&email, password), request).await {
        Ok(response) => Ok(response),
        Err(Rejection::Error(error)) => Err(error),
        Err(Rejection::RateLimited(wait)) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            Ok(answer::later(answer::html(status, error_page(&context, status)), wait))
        }
        Err(_) => Ok(gone(&context)),
    }
}

fn typed(app: &App, invitation: &Invitation, fields: &Fields) -> Form {
    let mut form = Form::default();
    form.take(fields, &["first_name", "last_name"]);
    form.set("email", invitation.email.as_str());
    registration::check(&mut form, fields.get("password"), app.config.organisation());
    form
}

async fn accept(
    app: &App,
    context: &Context,
    submission: Submission,
    (token, form, password): (&str, &Form, &str),
    request: &Request,
) -> Result<(), Rejection> {
    if !form.is_valid() {
        return Err(Rejection::Invalid);
    }
    let account = registration::account(app, context, submission, form, password).await?;
    let (token, source) = (token.to_owned(), Source::of(request));
    let change = async move |connection: &mut Connection| {
        invitation::accept(&token, account, &source, connection).await
    };
    submission.change(&app.users, change).await
}

async fn sign_in(
    app: &App,
    context: &Context,
    session: &Session,
    submission: Submission,
    (email, password): (&str, &str),
    request: &Request,
) -> Result<Response, Rejection> {
    let account = attempt::password(app, request, email, password).await?;
    // Only for a replay of the form: an old link does not sign in to the account that came of it.
    if account.id != submission.key() {
        return Err(Rejection::KeyReused);
    }
    login::begin(app, context, session, request, (&account, account.id), login::HOME).await
}

async fn find(app: &App, token: &str) -> Result<Option<Invitation>> {
    app.users.run(async |connection| invitation::find(token, connection).await).await
}

fn show(
    app: &App,
    context: &Context,
    (token, invitation): (&str, &Invitation),
    mut form: Form,
    status: StatusCode,
) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::acceptance::page(context, token, invitation, &form);
    let fragment = || views::acceptance::form(context, token, invitation, &form);
    answer::form(context, status, page, fragment)
}

/// Unknown, revoked, expired and used links look the same.
fn gone(context: &Context) -> Response {
    answer::html(StatusCode::NOT_FOUND, views::acceptance::gone(context))
}
