//! The people of the organisation, for its administrators.

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::directory::{self, Query, Sort, State};
use super::views::person::Shown;
use super::{notices, views};
use crate::accounts::{Account, account};
use crate::app::App;
use crate::audit::query;
use crate::auth::{second_factor, sign_in};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::permission::ManagePeople;
use crate::web::{Context, May, Message, Role, answer};

/// Sign-ins and entries of the log on somebody's page.
const RECENT: u32 = 10;

/// The list's filters as sent. Whatever cannot be understood is as if it were not there.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Parameters {
    q: String,
    role: String,
    state: String,
    sort: String,
    dir: String,
    page: String,
}

impl From<Parameters> for Query {
    fn from(parameters: Parameters) -> Self {
        Self {
            q: parameters.q.trim().chars().take(200).collect(),
            role: Role::from_key(&parameters.role),
            state: State::from_key(&parameters.state),
            sort: Sort::from_key(&parameters.sort).unwrap_or_default(),
            descending: parameters.dir == "desc",
            page: page(&parameters.page),
        }
    }
}

/// The number of a page: the first for whatever is none.
pub(super) fn page(text: &str) -> u64 {
    text.parse().unwrap_or(1).clamp(1, 1 << 40)
}

/// The list.
#[handler]
pub async fn index(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    request: &Request,
) -> Result<Response> {
    let query = request.params::<Parameters>().unwrap_or_default().into();
    let listing = app.users.run(async |connection| directory::load(&query, connection).await).await?;
    if context.partial {
        return Ok(answer::ok(views::people::section(&context, &listing)));
    }
    Ok(answer::ok(views::people::page(&context, &listing)))
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
            Ok((sign_ins, entries, second_factor::is_anything_set(id, connection).await?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senseless_parameters_are_as_if_they_were_not_there() {
        assert_eq!(["", "0", "-1", "x", "3", "99999999999999999999"].map(page), [1, 1, 1, 1, 3, 1]);
        let odd = Parameters { sort: "id".into(), role: "king".into(), ..Parameters::default() };
        assert_eq!(Query::from(odd), Query { page: 1, ..Query::default() });
    }
}
