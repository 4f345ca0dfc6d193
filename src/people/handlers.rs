//! The people of the organisation, for its administrators.

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::directory::{self, Query};
use super::views::person::Shown;
use super::{notices, views};
use crate::accounts::account::{self, Account};
use crate::app::App;
use crate::audit::query;
use crate::auth::second_factor::store;
use crate::auth::sign_in;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, ManagePeople, May, Message, answer};

/// Sign-ins and entries of the log on somebody's page.
const RECENT: u32 = 10;

/// The list.
#[handler]
pub async fn index(app: &App, context: Context, _who: May<ManagePeople>, query: Query) -> Result<Response> {
    let listing = app.users.run(async |connection| directory::load(&query, connection).await).await?;
    let page = || views::people::page(&context, &listing);
    let fragment = || views::people::section(&context, &listing);
    Ok(answer::form(&context, StatusCode::OK, page, fragment))
}

/// One person, with their recent sign-ins and what they did.
#[handler]
pub async fn show(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let notice = notices::find(app, request);
    let outcome = notice.map(|done| views::person::Notice::Done(Message::new(done.text())));
    let mut response = respond(app, &context, &account, outcome, StatusCode::OK).await?;
    if notice.is_some() {
        notices::forget(app, &mut response);
    }
    Ok(response)
}

/// The page of a person, or the part of it that was asked for, with what became of a change.
///
/// # Errors
///
/// When the database is away.
pub(super) async fn respond(
    app: &App,
    context: &Context,
    account: &Account,
    outcome: Option<views::person::Notice>,
    status: StatusCode,
) -> Result<Response> {
    let id = account.id;
    let (sign_ins, entries, may_be_reset) = app
        .users
        .run(async |connection| {
            let sign_ins = sign_in::latest_of(id, RECENT.into(), connection).await?;
            let entries = query::latest_of(id, RECENT, connection).await?;
            Ok((sign_ins, entries, store::is_anything_set(id, connection).await?))
        })
        .await?;
    let issue = || app.signer.issue(context.person_id());
    let submissions = std::array::from_fn(|_| issue());
    // One's own takes a code, on one's own page.
    let factor = (may_be_reset && id != context.person_id()).then(issue);
    let shown = Shown { account, sign_ins: &sign_ins, entries: &entries, outcome, submissions, factor };
    let page = || views::person::page(context, &shown);
    let fragment = || views::person::section(context, &shown);
    Ok(answer::form(context, status, page, fragment))
}

/// The account of an address.
///
/// # Errors
///
/// [`Error::NotFound`], also when the address holds no key at all.
pub(super) async fn find(app: &App, id: &str) -> Result<Account> {
    let id: Id = id.parse().map_err(|_| Error::NotFound)?;
    app.users.run(async |connection| account::find(id, connection).await).await?.ok_or(Error::NotFound)
}
