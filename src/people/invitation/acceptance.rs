//! Accepting an invitation: an account of one's own, also where registration is closed.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};
use tower_sessions_core::Session;

use super::{Invitation, NotAccepted};
use crate::accounts::Account;
use crate::app::App;
use crate::audit::Source;
use crate::auth::{self, attempt, login};
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::people::invitation;
use crate::people::{registration, views};
use crate::web::{Context, Fields, Form, Message, Rejection, Submission, answer};

/// The form, where the link is good.
#[handler]
pub async fn new(app: &App, context: Context, token: Path<String>) -> Result<Response> {
    match find(app, &token).await? {
        Some(invitation) => Ok(show(app, &context, (&token, &invitation), Form::default(), StatusCode::OK)),
        None => Ok(no_good(&context)),
    }
}

/// Makes the account, and signs in.
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
    let email = match find(app, &token).await? {
        Some(invitation) => {
            let refusal = attempt(app, &context, submission, (&token, &invitation), fields, request).await?;
            if let Some(response) = refusal {
                return Ok(response);
            }
            invitation.email
        }
        // Accepted a moment ago, perhaps by this very form: its password tells.
        None => match app.users.run(async |connection| invitation::accepted(&token, connection).await).await?
        {
            Some(email) => email,
            None => return Ok(no_good(&context)),
        },
    };
    match attempt::password(app, request, &email, fields.get("password")).await {
        // By the key, too: an old link is no way to sign in to the account that came of it.
        Ok(account) if account.id == submission.key() => {
            let proven = (&account, submission.key());
            match login::begin(app, &context, &session, request, proven, login::HOME).await {
                Ok(response) => Ok(response),
                Err(Rejection::Error(error)) => Err(error),
                Err(_) => Ok(no_good(&context)),
            }
        }
        Err(Rejection::Error(error)) => Err(error),
        _ => Ok(no_good(&context)),
    }
}

/// Makes the account, or says why not.
async fn attempt(
    app: &App,
    context: &Context,
    submission: Submission,
    (token, invitation): (&str, &Invitation),
    fields: &Fields,
    request: &Request,
) -> Result<Option<Response>> {
    let mut form = Form::default();
    form.take(fields, &["first_name", "last_name"]);
    form.set("email", invitation.email.as_str());
    registration::check(&mut form, fields.get("password"), app.config.organisation());
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if !form.is_valid() {
        return Ok(Some(show(app, context, (token, invitation), form, unprocessable)));
    }
    let key = match save(app, context, submission, (token, &form), fields.get("password"), request).await {
        Ok(Outcome::Done(())) => return Ok(None),
        Ok(Outcome::Refused(NotAccepted::NotGood)) => return Ok(Some(no_good(context))),
        Ok(Outcome::Refused(NotAccepted::EmailTaken)) => "email-taken",
        Ok(Outcome::KeyReused) => "submission-changed",
        Err(error @ (Error::Away { .. } | Error::Busy(_))) => {
            tracing::warn!(request_id = context.request_id, cause = %error, "accepting is away");
            form.fail("", Message::new("register-away"));
            let form = show(app, context, (token, invitation), form, StatusCode::SERVICE_UNAVAILABLE);
            return Ok(Some(answer::away(form)));
        }
        Err(error) => return Err(error),
    };
    form.fail("", Message::new(key));
    Ok(Some(show(app, context, (token, invitation), form, unprocessable)))
}

async fn save(
    app: &App,
    context: &Context,
    submission: Submission,
    (token, form): (&str, &Form),
    password: &str,
    request: &Request,
) -> Result<Outcome<(), NotAccepted>> {
    let hash = auth::hasher(app).hash(password.to_owned()).await?;
    let name = (form.value("first_name"), form.value("last_name"));
    // The role is the invitation's, as it is stored.
    let role = app.config.default_role;
    let account = Account::new(submission.key(), name, form.value("email"), hash, role, context.language);
    let (token, source) = (token.to_owned(), Source::of(request));
    submission
        .once(&app.users, async move |connection: &mut Connection| {
            invitation::accept(&token, account, &source, connection).await
        })
        .await
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
    let fragment = || views::acceptance::fragment(context, token, invitation, &form);
    answer::form(context, status, page, fragment)
}

/// Unknown, revoked, expired and used links look the same.
fn no_good(context: &Context) -> Response {
    answer::html(StatusCode::NOT_FOUND, views::acceptance::no_good(context))
}
