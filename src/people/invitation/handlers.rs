//! Inviting people, for administrators.

use diesel::QueryResult;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::{NewInvitation, Query, Unwanted};
use crate::accounts::link::Secret;
use crate::app::App;
use crate::audit::log::Source;
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::mail::outbox::Mail;
use crate::people::administration::Refusal;
use crate::people::invitation;
use crate::people::notices::{self, Done};
use crate::people::views::invitations::{Notice, Shown};
use crate::people::{changes, views};
use crate::web::{Context, Fields, Form, ManagePeople, May, Message, Role, Submission, answer};

/// The list, and the form for another one.
#[handler]
pub async fn index(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    query: Query,
    request: &Request,
) -> Result<Response> {
    let notice = notices::find(app, request);
    let outcome = notice.map(|done| Notice::Done(Message::new(done.text())));
    let mut response = respond(app, &context, empty_form(app), outcome, &query, StatusCode::OK).await?;
    if notice.is_some() {
        notices::forget(app, &mut response);
    }
    Ok(response)
}

/// The least that most people need.
fn empty_form(app: &App) -> Form {
    let mut form = Form::default();
    form.set("role", app.config.default_role.key());
    form
}

/// Invites: by mail, or without SMTP by a link that is shown this once.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    who: May<ManagePeople>,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let mut form = Form::default();
    form.take(fields, &["email", "role"]);
    form.check_email("email");
    let role = Role::from_key(form.value("role"));
    if role.is_none() {
        form.fail("role", Message::new("people-role-unknown"));
    }
    let Some(role) = role.filter(|_| form.is_valid()) else { return refuse(app, &context, form).await };
    let (secret, email) = (Secret::new(), form.value("email").to_owned());
    let link = changes::link_to(app, &format!("/invitations/{}", secret.text));
    let mail = app.config.smtp.is_on().then(|| mail(&context, &who.0.full_name(), &email, &link));
    let is_mailed = mail.is_some();
    let new = NewInvitation { key: submission.key(), secret: secret.clone(), email, role, by: who.0, mail };
    match save(app, submission, new, Source::of(request)).await? {
        Outcome::Done(_) if is_mailed => {
            let mut response = answer::see_other(&context, "/users/invitations");
            notices::leave(app, &mut response, Done::Invited);
            Ok(response)
        }
        Outcome::Done(hash) if hash == secret.hash => {
            let outcome = Notice::Link { email: form.value("email").to_owned(), link };
            respond(app, &context, empty_form(app), Some(outcome), &Query::default(), StatusCode::OK).await
        }
        Outcome::Done(_) => {
            let outcome = Notice::Refused(Message::new("invitations-link-gone"));
            respond(app, &context, empty_form(app), Some(outcome), &Query::default(), StatusCode::OK).await
        }
        Outcome::Refused(Unwanted::EmailTaken) => {
            form.fail("email", Message::new("email-taken"));
            refuse(app, &context, form).await
        }
        Outcome::Refused(Unwanted::NotAllowed) => Err(Error::Forbidden),
        Outcome::KeyReused => {
            form.fail("", Message::new("submission-changed"));
            refuse(app, &context, form).await
        }
    }
}

/// The answer that is kept is the hash of the link: a second arrival of the form sees by it that its own
/// link is not the one that was made.
async fn save(
    app: &App,
    submission: Submission,
    new: NewInvitation,
    source: Source,
) -> Result<Outcome<Vec<u8>, Unwanted>> {
    let change = async move |connection: &mut Connection| -> QueryResult<Result<Vec<u8>, Unwanted>> {
        Ok(new.insert(&source, connection).await?.map(|()| new.secret.hash.to_vec()))
    };
    submission.once(&app.users, change).await
}

fn mail(context: &Context, from: &str, email: &str, link: &str) -> Mail {
    let body = Message::new("invitation-mail-body").with("person", from).with("link", link);
    Mail {
        recipient: email.to_owned(),
        subject: Message::new("invitation-mail-subject").with("person", from).text(context.language),
        body: body.text(context.language),
        lifetime: invitation::LIFETIME,
    }
}

/// Takes an invitation back.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let id: Id = id.parse().map_err(|_| Error::NotFound)?;
    let source = Source::of(request);
    let once = submission
        .once(&app.users, async move |connection: &mut Connection| {
            invitation::revoke(id, &source, connection).await
        })
        .await?;
    match once {
        Outcome::Done(()) => {
            let mut response = answer::see_other(&context, "/users/invitations");
            notices::leave(app, &mut response, Done::InvitationRevoked);
            Ok(response)
        }
        Outcome::Refused(Refusal::NotAllowed) => Err(Error::Forbidden),
        Outcome::Refused(_) => Err(Error::NotFound),
        Outcome::KeyReused => Err(Error::ForeignSubmission),
    }
}

async fn refuse(app: &App, context: &Context, form: Form) -> Result<Response> {
    respond(app, context, form, None, &Query::default(), StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn respond(
    app: &App,
    context: &Context,
    mut form: Form,
    outcome: Option<Notice>,
    query: &Query,
    status: StatusCode,
) -> Result<Response> {
    form.submission = app.signer.issue(context.person_id());
    let listing = app.users.run(async |connection| invitation::load(query, connection).await).await?;
    let issue = || app.signer.issue(context.person_id());
    let shown =
        Shown { form: &form, listing: &listing, outcome, is_mailed: app.config.smtp.is_on(), issue: &issue };
    let page = || views::invitations::page(context, &shown);
    let fragment = || views::invitations::section(context, &shown);
    Ok(answer::form(context, status, page, fragment))
}
