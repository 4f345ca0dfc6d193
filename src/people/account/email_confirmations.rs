//! Confirming a new e-mail address by the link that was sent there.

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::{email, page};
use crate::accounts::LinkKind;
use crate::accounts::link;
use crate::app::App;
use crate::audit::Source;
use crate::auth;
use crate::db::Connection;
use crate::error::Error;
use crate::error::Result;
use crate::id::Id;
use crate::people::views::account as views;
use crate::web::Context;
use crate::web::Rejection;
use crate::web::Submission;
use crate::web::answer;

/// The page of the link: a button, because mail scanners follow links.
#[handler]
pub async fn new(app: &App, context: Context, token: Path<String>) -> Result<Response> {
    let link =
        app.users.run(async |connection| link::find(&token, LinkKind::Email, connection).await).await?;
    let Some(link) = link else { return Ok(gone(&context)) };
    let key = app.signer.issue(Id::NIL);
    Ok(answer::ok(views::confirm_email(&context, &token, &link.detail, &key)))
}

/// Changes the address to the link's. Needs no sign-in: the link was requested with a sign-in and the password.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    submission: Submission,
    token: Path<String>,
    request: &Request,
) -> Result<Response> {
    let (for_change, source, token) = (app.clone(), Source::of(request), token.0);
    let whose =
        app.users.run(async |connection| link::find(&token, LinkKind::Email, connection).await).await?;
    let whose = whose.map(|link| link.account_id);
    let change = async move |connection: &mut Connection| {
        let Some((account, link)) = link::take(&token, LinkKind::Email, connection).await? else {
            return Ok(Err(Error::NotFound.into()));
        };
        let source = source.by(&account);
        email::set(&for_change, &account, &link.detail, &source, connection).await
    };
    match auth::change(app, submission, whose, change).await {
        Ok(()) => Ok(page::done(&context, "notice-email-changed")),
        Err(Rejection::Refused(..)) => {
            Ok(answer::html(StatusCode::CONFLICT, views::link_gone(&context, "email-taken-meanwhile")))
        }
        Err(Rejection::Error(Error::NotFound)) => Ok(gone(&context)),
        Err(rejection) => Err(rejection.into()),
    }
}

fn gone(context: &Context) -> Response {
    answer::html(StatusCode::NOT_FOUND, views::link_gone(context, "account-link-gone"))
}
