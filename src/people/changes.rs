//! What an administrator does to one person.

use diesel::QueryResult;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::administration::{self, Refusal};
use super::handlers::{find, respond};
use super::notices::{self, Done};
use super::views::person::Notice;
use crate::accounts::account::Account;
use crate::accounts::link::{Kind, Secret};
use crate::app::App;
use crate::audit::log::Source;
use crate::auth;
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::web::{Context, Fields, ManagePeople, May, Message, Role, Submission, answer};

/// Another role.
#[handler]
pub async fn set_role(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    submission: Submission,
    id: Path<String>,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let Some(role) = Role::from_key(fields.get("role")) else {
        return refuse(app, &context, &account, "people-role-unknown").await;
    };
    let (id, source) = (account.id, Source::of(request));
    let once = submission
        .once(&app.users, async move |connection: &mut Connection| {
            administration::set_role(id, role, &source, connection).await
        })
        .await?;
    answer(app, &context, &account, once, Done::RoleSet).await
}

/// Keeps them out.
#[handler]
pub async fn disable(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let (id, source) = (account.id, Source::of(request));
    let once = submission
        .once(&app.users, async move |connection: &mut Connection| {
            administration::disable(id, &source, connection).await
        })
        .await?;
    answer(app, &context, &account, once, Done::Disabled).await
}

/// Lets them in again.
#[handler]
pub async fn enable(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let (id, source) = (account.id, Source::of(request));
    let once = submission
        .once(&app.users, async move |connection: &mut Connection| {
            administration::enable(id, &source, connection).await
        })
        .await?;
    answer(app, &context, &account, once, Done::Enabled).await
}

/// Ends their sign-ins.
#[handler]
pub async fn end_sign_ins(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let (id, source) = (account.id, Source::of(request));
    let once = submission
        .once(&app.users, async move |connection: &mut Connection| {
            administration::end_sign_ins(id, &source, connection).await
        })
        .await?;
    answer(app, &context, &account, once, Done::SignInsEnded).await
}

/// Makes a link to set a new password, and shows it this once. What is stored is its hash, by which a
/// second arrival of the form sees that the link it would show is not the one that was made.
#[handler]
pub async fn make_password_link(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let (id, source, secret) = (account.id, Source::of(request), Secret::new());
    let for_change = secret.clone();
    let once = submission
        .once(&app.users, async move |connection: &mut Connection| -> QueryResult<Result<Vec<u8>, Refusal>> {
            let made = administration::make_password_link(id, &for_change, &source, connection).await?;
            Ok(made.map(|()| for_change.hash.to_vec()))
        })
        .await?;
    let outcome = match once {
        Outcome::Done(hash) if hash == secret.hash => {
            Notice::Link(link_to(app, &format!("/password/new/{}", secret.text)), Kind::Password.lifetime())
        }
        Outcome::Done(_) => Notice::Refused(Message::new("people-link-gone")),
        Outcome::Refused(refusal) => return refused(app, &context, &account, refusal).await,
        Outcome::KeyReused => return Err(Error::ForeignSubmission),
    };
    respond(app, &context, &account, Some(outcome), StatusCode::OK).await
}

/// An address of this site for people to open elsewhere.
pub(super) fn link_to(app: &App, path: &str) -> String {
    format!("{}{path}", app.config.public_url.as_str().trim_end_matches('/'))
}

/// Goes back to the person's page. What their sessions know is told to Redis first; should that fail, any
/// replica does it later.
async fn answer(
    app: &App,
    context: &Context,
    account: &Account,
    once: Outcome<(), Refusal>,
    done: Done,
) -> Result<Response> {
    match once {
        Outcome::Done(()) => {
            auth::sessions(app).store().settle_or_later(account.id).await;
            let mut response = answer::see_other(context, &format!("/users/{}", account.id));
            notices::leave(app, &mut response, done);
            Ok(response)
        }
        Outcome::Refused(refusal) => refused(app, context, account, refusal).await,
        // The only content is the address and a role, so this is a key of another page or another person.
        Outcome::KeyReused => Err(Error::ForeignSubmission),
    }
}

async fn refused(app: &App, context: &Context, account: &Account, refusal: Refusal) -> Result<Response> {
    match refusal {
        Refusal::Missing => Err(Error::NotFound),
        Refusal::NotAllowed => Err(Error::Forbidden),
        Refusal::LastAdministrator => refuse(app, context, account, "people-last-administrator").await,
        Refusal::Disabled => refuse(app, context, account, "people-link-disabled").await,
    }
}

async fn refuse(app: &App, context: &Context, account: &Account, text: &'static str) -> Result<Response> {
    let outcome = Notice::Refused(Message::new(text));
    respond(app, context, account, Some(outcome), StatusCode::UNPROCESSABLE_ENTITY).await
}
