//! Inviting people, for administrators.

use diesel::QueryResult;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::{NewInvitation, Query};
use crate::accounts::link::Secret;
use crate::app::App;
use crate::audit::log::Source;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::mail::letters;
use crate::people::views::banner::Banner;
use crate::people::views::invitations::Shown;
use crate::people::{invitation, views};
use crate::web::{
    Context, Fields, Form, Message, Notice, Person, Rejection, Role, SignedIn, Submission, answer,
};

/// Where invitations are listed and made.
const PATH: &str = "/users/invitations";

/// The list, and the form for another one.
#[handler]
pub async fn index(app: &App, context: Context, query: Query) -> Result<Response> {
    respond(app, &context, empty_form(app), None, &query, StatusCode::OK).await
}

/// Offers the default role.
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
    who: SignedIn,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let mut form = Form::default();
    form.take(fields, &["email", "role"]);
    match invite(app, &context, who.0, submission, &mut form, request).await {
        Ok(None) => Ok(answer::done(&context, Notice::new("notice-invited", PATH))),
        Ok(banner) => {
            respond(app, &context, empty_form(app), banner, &Query::default(), StatusCode::OK).await
        }
        Err(rejection) => {
            let again = rejection.put(&mut form, "submission-away")?;
            let page = respond(app, &context, form, None, &Query::default(), again.status).await?;
            Ok(again.mark(page))
        }
    }
}

/// Invites; returns what to show where no mail is sent.
async fn invite(
    app: &App,
    context: &Context,
    by: Person,
    submission: Submission,
    form: &mut Form,
    request: &Request,
) -> Result<Option<Banner>, Rejection> {
    let role = check(form)?;
    let (secret, email) = (Secret::new(), form.value("email").to_owned());
    let link = app.config.address(&format!("/invitations/{}", secret.text));
    let mail = app.config.smtp.is_on();
    let mail = mail.then(|| letters::invitation(&email, &by.full_name(), &link, context.language));
    let is_mailed = mail.is_some();
    let new = NewInvitation { key: submission.key(), secret: secret.clone(), email, role, by, mail };
    let source = Source::of(request);
    // The stored outcome is the link's hash, by which a replay of the form sees that its own link is not the one that
    // was made.
    let change = async move |connection: &mut Connection| -> QueryResult<Result<Vec<u8>, Rejection>> {
        Ok(new.insert(&source, connection).await?.map(|()| new.secret.hash.to_vec()))
    };
    let made = submission.change(&app.users, change).await?;
    Ok((!is_mailed).then(|| match made == secret.hash {
        true => link_to_pass_on(form.value("email"), link),
        false => Banner::Refused(Message::new("invitations-link-gone")),
    }))
}

fn check(form: &mut Form) -> Result<Role, Rejection> {
    form.check_email("email");
    let role = Role::from_key(form.value("role"));
    if role.is_none() {
        form.fail("role", Message::new("people-role-unknown"));
    }
    role.filter(|_| form.is_valid()).ok_or(Rejection::Invalid)
}

fn link_to_pass_on(email: &str, link: String) -> Banner {
    let text = Message::new("invitations-link-text").with("email", email);
    Banner::Link { title: "invitations-link-title", text, link }
}

/// Revokes an invitation.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let id: Id = id.parse().map_err(|_| Error::NotFound)?;
    let source = Source::of(request);
    let change = async move |connection: &mut Connection| invitation::revoke(id, &source, connection).await;
    submission.change(&app.users, change).await?;
    Ok(answer::done(&context, Notice::new("notice-invitation-revoked", PATH)))
}

async fn respond(
    app: &App,
    context: &Context,
    mut form: Form,
    banner: Option<Banner>,
    query: &Query,
    status: StatusCode,
) -> Result<Response> {
    form.submission = app.signer.issue(context.person_id());
    let listing = app.users.run(async |connection| invitation::load(query, connection).await).await?;
    let issue = || app.signer.issue(context.person_id());
    let shown =
        Shown { form: &form, listing: &listing, banner, is_mailed: app.config.smtp.is_on(), issue: &issue };
    let page = || views::invitations::page(context, &shown);
    let fragment = || views::invitations::section(context, &shown);
    Ok(answer::form(context, status, page, fragment))
}
