//! Asking for a password reset link.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use poem::http::StatusCode;
use poem::{Request, Response, handler};
use tokio::time::{Instant, sleep_until};

use super::AWAY;
use crate::accounts::{LinkKind, Secret, account, link};
use crate::app::App;
use crate::audit::{Event, Source};
use crate::auth::views::reset as views;
use crate::auth::{self, Action};
use crate::db::users_schema::links;
use crate::db::{Connection, now};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::mail::letters;
use crate::web::{Context, Fields, Form, Message, Rejection, Submission, answer, origin};

/// Every answer takes this long, or a multiple of it: finding the account and queueing a mail mostly takes less.
const STEP: Duration = Duration::from_millis(250);
/// How many links an account is sent within the lifetime of one.
const LINKS: usize = 3;

/// The form that asks for a link.
#[handler]
pub async fn new(app: &App, context: Context) -> Response {
    if !app.config.smtp.is_on() {
        return answer::ok(views::without_mail(&context));
    }
    show(app, &context, Form::default(), StatusCode::OK)
}

/// Sends a link, if there is such an account. The answer is the same if not, and takes as long; failures look the same,
/// too.
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
    let again = |form, status| show(app, &context, form, status);
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
        let is_recent = links::created_at.gt(now() - LinkKind::Password.lifetime());
        links::table.filter(of_account).filter(is_recent).select(links::id)
    };
    // Before the lock, too: waiting for it would reveal that there is such an account.
    if made().load::<Vec<u8>>(connection).await?.len() >= LINKS {
        return Ok(());
    }
    // Locked, so that no link is made after a change of the account has revoked those there were.
    let account = account::lock(found.id, connection).await?;
    let account = account.filter(|now| now.disabled_at.is_none() && now.email_key == found.email_key);
    let Some(account) = account else { return Ok(()) };
    // Including those made since this transaction began.
    if made().for_update().load::<Vec<u8>>(connection).await?.len() >= LINKS {
        return Ok(());
    }
    let secret = Secret::new();
    link::insert(&secret, LinkKind::Password, account.id, "", connection).await?;
    let address = app.config.address(&format!("/password/new/{}", secret.text));
    letters::password_link(&account, &address).post(connection).await?;
    source.record(Event::PasswordLinkMade, &account, "by mail", connection).await
}

fn show(app: &App, context: &Context, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::forgotten(context, &form);
    answer::form(context, status, page, || views::forgotten_form(context, &form))
}
