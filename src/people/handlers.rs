//! The people of the organisation, for its administrators.

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Response, handler};

use super::administration::Refusal;
use super::directory::{self, Query};
use super::views;
use super::views::banner::Banner;
use super::views::person::Shown;
use crate::accounts::{Account, account};
use crate::app::App;
use crate::audit::query;
use crate::auth::{self, second_factor, sign_in};
use crate::db::Work;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Notice, Rejection, Submission, answer};

/// Sign-ins, and audit log entries, on a person's page.
const RECENT: u32 = 10;

/// The list.
#[handler]
pub async fn index(app: &App, context: Context, query: Query) -> Result<Response> {
    let listing = app.users.run(async |connection| directory::load(&query, connection).await).await?;
    let page = || views::people::page(&context, &listing);
    let fragment = || views::people::section(&context, &listing);
    Ok(answer::form(&context, StatusCode::OK, page, fragment))
}

/// One person, with their recent sign-ins and what they did.
#[handler]
pub async fn show(app: &App, context: Context, id: Path<String>) -> Result<Response> {
    let account = find(app, &id).await?;
    page(app, &context, &account, None, StatusCode::OK).await
}

/// The page of a person, or the part of it that htmx asked for, with what came of a form.
pub(super) async fn page(
    app: &App,
    context: &Context,
    account: &Account,
    banner: Option<Banner>,
    status: StatusCode,
) -> Result<Response> {
    let id = account.id;
    let load = app.users.run(async |connection| {
        let sign_ins = sign_in::latest_of(id, RECENT.into(), connection).await?;
        let entries = query::latest_of(id, RECENT, connection).await?;
        Ok((sign_ins, entries, second_factor::is_anything_set(id, connection).await?))
    });
    let (sign_ins, entries, may_be_reset) = load.await?;
    let issue = || app.signer.issue(context.person_id());
    let submissions = std::array::from_fn(|_| issue());
    // One's own is removed on one's own page, with a code.
    let factor = (may_be_reset && id != context.person_id()).then(issue);
    let shown = Shown { account, sign_ins: &sign_ins, entries: &entries, banner, submissions, factor };
    let page = || views::person::page(context, &shown);
    let fragment = || views::person::section(context, &shown);
    Ok(answer::form(context, status, page, fragment))
}

/// Makes a form's change of somebody's account, and goes back to the person's page, which says what was done (the key
/// of a notice) or why not.
pub(super) async fn administer(
    app: &App,
    context: &Context,
    (submission, account): (Submission, &Account),
    notice: &'static str,
    work: impl Work<Result<(), Refusal>> + 'static,
) -> Result<Response> {
    match auth::change(app, submission, account.id, work).await {
        Ok(()) => Ok(answer::done(context, Notice::new(notice, &format!("/users/{}", account.id)))),
        Err(rejection) => refuse(app, context, account, rejection).await,
    }
}

/// The person's page with the reason why nothing was changed. A reused key is an error: these forms have no content
/// to check and send again.
pub(super) async fn refuse(
    app: &App,
    context: &Context,
    account: &Account,
    rejection: Rejection,
) -> Result<Response> {
    let Rejection::Refused(_, why) = rejection else { return Err(rejection.into()) };
    page(app, context, account, Some(Banner::Refused(why)), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// The account of an address.
pub(super) async fn find(app: &App, id: &str) -> Result<Account> {
    let id: Id = id.parse().map_err(|_| Error::NotFound)?;
    app.users.run(async |connection| account::find(id, connection).await).await?.ok_or(Error::NotFound)
}
