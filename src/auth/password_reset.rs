//! Setting a new password without the old one, by a link that is sent by mail or made by an administrator.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};
use tokio::time::{Instant, sleep_until};

use super::password::complaint;
use super::views::reset as views;
use super::{attempt, end_reason, sign_in};
use crate::accounts::account::{self, Account};
use crate::accounts::link::{self, Kind, Secret};
use crate::app::App;
use crate::audit::log::{Event, Source};
use crate::auth::{self, Action, Subject, password};
use crate::db::users_schema::{accounts, links};
use crate::db::{Connection, now};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::mail::letters;
use crate::web::{Context, Fields, Form, Message, Rejection, Submission, answer, origin};

/// Every answer takes so long, or a multiple of it: the work of finding out whether there is such an account, and of
/// putting a mail on its way, is mostly done in less.
const STEP: Duration = Duration::from_millis(250);
/// So many links are sent to an account in the time that one is good.
const LINKS: usize = 3;
/// What a form says when a back end is away.
const AWAY: &str = "factor-away";

/// The form that asks for a link.
#[handler]
pub async fn new(app: &App, context: Context) -> Response {
    if !app.config.smtp.is_on() {
        return answer::ok(views::without_mail(&context));
    }
    let form = Form::with_submission(app.signer.issue(Id::NIL));
    answer::ok(views::forgotten(&context, &form))
}

/// Sends a link, if there is such an account: once that is stored. The answer is the same if not, and takes as long;
/// what fails is said to be away, whether there is or not.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    if !app.config.smtp.is_on() {
        return Ok(answer::ok(views::without_mail(&context)));
    }
    let began = Instant::now();
    let mut form = Form::default();
    form.take(fields, &["email"]);
    form.check_email("email");
    let again = |form, status| refuse(app, &context, form, status);
    if !form.is_valid() {
        return Rejection::Invalid.answer(form, AWAY, again);
    }
    if let Err(wait) = auth::rate_limiter(app).count(Action::Reset, &origin(request).address).await {
        form.fail("", Message::new("reset-throttled"));
        return Rejection::RateLimited(wait).answer(form, AWAY, again);
    }
    let (email, for_change, source) = (form.value("email").to_owned(), app.clone(), Source::of(request));
    let change = async move |connection: &mut Connection| {
        send_link(&for_change, &email, &source, connection).await?;
        Ok(Ok::<(), Rejection>(()))
    };
    let stored = submission.change(&app.users, change).await;
    let steps = began.elapsed().div_duration_f64(STEP).floor() + 1.0;
    sleep_until(began + STEP.mul_f64(steps)).await;
    match stored {
        Ok(()) => Ok(answer::see_other(&context, "/password/forgotten/sent")),
        Err(Rejection::Error(error)) => Err(Error::Away { what: "password links", why: error.to_string() }),
        Err(rejection) => rejection.answer(form, AWAY, again),
    }
}

/// What to do next.
#[handler]
pub async fn asked(context: Context) -> Response {
    answer::ok(views::sent(&context))
}

async fn send_link(app: &App, email: &str, source: &Source, connection: &mut Connection) -> QueryResult<()> {
    let Some(found) = account::find_by_email(email, connection).await? else { return Ok(()) };
    let made = || {
        let of_account = links::account_id.eq(found.id).and(links::kind.eq("password"));
        let is_recent = links::created_at.gt(now() - Kind::Password.lifetime());
        links::table.filter(of_account).filter(is_recent).select(links::id)
    };
    // Before the lock, too: whoever waits for it tells by that that there is such an account.
    if made().load::<Vec<u8>>(connection).await?.len() >= LINKS {
        return Ok(());
    }
    // Locked, so that no link is made after a change of the account has ended those there were.
    let account = account::lock(found.id, connection).await?;
    let account = account.filter(|now| now.disabled_at.is_none() && now.email_key == found.email_key);
    let Some(account) = account else { return Ok(()) };
    // With those that others have made since this transaction began.
    if made().for_update().load::<Vec<u8>>(connection).await?.len() >= LINKS {
        return Ok(());
    }
    let secret = Secret::new();
    link::insert(&secret, Kind::Password, account.id, "", connection).await?;
    let address = app.config.address(&format!("/password/new/{}", secret.text));
    letters::password_link(&account, &address).post(connection).await?;
    source.record(Event::PasswordLinkMade, &account, "by mail", connection).await
}

fn refuse(app: &App, context: &Context, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::forgotten(context, &form);
    answer::form(context, status, page, || views::forgotten_form(context, &form))
}

/// Where the link leads: the form for a new password.
#[handler]
pub async fn edit(app: &App, context: Context, token: Path<String>) -> Result<Response> {
    if holder(app, &token).await?.is_none() {
        return Ok(gone(&context));
    }
    let form = Form::with_submission(app.signer.issue(Id::NIL));
    Ok(answer::ok(views::new_password(&context, &token, &form)))
}

/// Sets the password and ends all sign-ins. Nobody is signed in by it: a second factor is asked for as ever.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    submission: Submission,
    token: Path<String>,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let (password, holder) = (fields.get("password"), holder(app, &token).await?);
    let mut own = vec![app.config.organisation()];
    own.extend(holder.iter().flat_map(|account| [&*account.first_name, &account.last_name, &account.email]));
    let mut form = Form::default();
    if let Some(complaint) = complaint(password, &own) {
        form.fail("password", complaint);
        return Ok(retry(app, &context, &token, form, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let hash = match &holder {
        Some(_) => Some(auth::hasher(app).hash(password.to_owned()).await?),
        None => None,
    };
    let setting =
        Setting { token: token.0.clone(), hash, mail: app.config.smtp.is_on(), source: Source::of(request) };
    // Also when the link is not good any more: the form may come a second time, and the key tells.
    let change = async move |connection: &mut Connection| setting.run(connection).await;
    let whose = holder.as_ref().map(|account| account.id);
    match auth::change(app, submission, whose, change).await {
        Ok(id) if holder.is_some() || is_stored(app, request, id, password).await? => {
            if let Some(account) = holder {
                // Whoever hammered the account does not keep its owner waiting now.
                let subject = Subject::Account(&account.email);
                auth::rate_limiter(app).succeeded(subject, &origin(request).address).await;
            }
            Ok(answer::see_other(&context, "/password/set"))
        }
        Ok(_) | Err(Rejection::Error(Error::NotFound)) => Ok(gone(&context)),
        Err(rejection) => {
            rejection.answer(form, AWAY, |form, status| retry(app, &context, &token, form, status))
        }
    }
}

/// That it is done, and what to do next.
#[handler]
pub async fn show(context: Context) -> Response {
    answer::ok(views::set(&context))
}

/// Whose password a link is for, if it is good.
async fn holder(app: &App, token: &str) -> Result<Option<Account>> {
    let link = app.users.run(async |connection| link::find(token, Kind::Password, connection).await).await?;
    let Some(link) = link else { return Ok(None) };
    let account = app.users.run(async |connection| find(link.account_id, connection).await).await?;
    Ok(account.filter(|account| account.disabled_at.is_none()))
}

async fn find(id: Id, connection: &mut Connection) -> QueryResult<Option<Account>> {
    accounts::table.find(id).select(Account::as_select()).first(connection).await.optional()
}

/// A new password on its way.
#[derive(Clone)]
struct Setting {
    token: String,
    /// The hash of the new one, if the link was good a moment ago.
    hash: Option<String>,
    mail: bool,
    source: Source,
}

impl Setting {
    async fn run(&self, connection: &mut Connection) -> QueryResult<Result<Id, Error>> {
        let taken = link::take(&self.token, Kind::Password, connection).await?;
        let (Some((account, _)), Some(hash)) = (taken, &self.hash) else { return Ok(Err(Error::NotFound)) };
        password::store(&account, hash, connection).await?;
        sign_in::end_all(account.id, None, end_reason::PASSWORD, connection).await?;
        let source = self.source.clone().by(&account);
        source.record(Event::PasswordChanged, &account, "by link", connection).await?;
        if self.mail {
            letters::password_changed(&account).post(connection).await?;
        }
        Ok(Ok(account.id))
    }
}

/// Whether this is the account's password now: a try that is counted like any other.
async fn is_stored(app: &App, request: &Request, id: Id, password: &str) -> Result<bool> {
    let account = app.users.run(async |connection| find(id, connection).await).await?;
    let Some(account) = account else { return Ok(false) };
    match attempt::password(app, request, &account.email, password).await {
        Ok(_) => Ok(true),
        Err(Rejection::Error(error)) => Err(error),
        Err(_) => Ok(false),
    }
}

fn retry(app: &App, context: &Context, token: &str, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::new_password(context, token, &form);
    let fragment = || views::new_password_form(context, token, &form);
    answer::form(context, status, page, fragment)
}

fn gone(context: &Context) -> Response {
    answer::html(StatusCode::NOT_FOUND, views::gone(context))
}
