//! Setting a new password by a link.

use diesel::QueryResult;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::AWAY;
use crate::accounts::{Account, LinkKind, account, link};
use crate::app::App;
use crate::audit::Source;
use crate::auth::views::reset as views;
use crate::auth::{self, NewPassword, Subject, attempt, password};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Fields, Form, Rejection, Submission, answer, origin};

/// Where the link leads: the form for a new password.
#[handler]
pub async fn edit(app: &App, context: Context, token: Path<String>) -> Result<Response> {
    if holder(app, &token).await?.is_none() {
        return Ok(gone(&context));
    }
    Ok(show(app, &context, &token, Form::default(), StatusCode::OK))
}

/// Sets the password and ends all sign-ins. It signs nobody in: a second factor is still asked for.
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
    let again = |form, status| show(app, &context, &token, form, status);
    if let Some(complaint) = password::complaint(password, &own) {
        form.fail("password", complaint);
        return Rejection::Invalid.answer(form, AWAY, again);
    }
    let hash = match &holder {
        Some(_) => Some(auth::hasher(app).hash(password.to_owned()).await?),
        None => None,
    };
    let setting =
        Setting { token: token.0.clone(), hash, mail: app.config.smtp.is_on(), source: Source::of(request) };
    // Even if the link has been used: a replay of the form gets the first answer.
    let change = async move |connection: &mut Connection| setting.run(connection).await;
    match submission.change(&app.users, change).await {
        Ok(id) if holder.is_some() || is_stored(app, request, id, password).await? => {
            auth::sessions(app).store().sync_or_later(id).await;
            if let Some(account) = holder {
                // Those who hammered the account do not keep its owner waiting now.
                let subject = Subject::Account(&account.email);
                auth::rate_limiter(app).succeeded(subject, &origin(request).address).await;
            }
            Ok(answer::see_other(&context, "/password/set"))
        }
        Ok(_) | Err(Rejection::Error(Error::NotFound)) => Ok(gone(&context)),
        Err(rejection) => rejection.answer(form, AWAY, again),
    }
}

/// That it is done, and what to do next.
#[handler]
pub async fn done(context: Context) -> Response {
    answer::ok(views::set(&context))
}

/// Whose password a link is for, if it works.
async fn holder(app: &App, token: &str) -> Result<Option<Account>> {
    let link =
        app.users.run(async |connection| link::find(token, LinkKind::Password, connection).await).await?;
    let Some(link) = link else { return Ok(None) };
    let account = app.users.run(async |connection| account::find(link.account_id, connection).await).await?;
    Ok(account.filter(|account| account.disabled_at.is_none()))
}

/// A new password on its way.
#[derive(Clone)]
struct Setting {
    token: String,
    /// The hash of the new one, if the link worked a moment ago.
    hash: Option<String>,
    mail: bool,
    source: Source,
}

impl Setting {
    async fn run(&self, connection: &mut Connection) -> QueryResult<Result<Id, Error>> {
        let taken = link::take(&self.token, LinkKind::Password, connection).await?;
        let (Some((account, _)), Some(hash)) = (taken, &self.hash) else { return Ok(Err(Error::NotFound)) };
        let source = self.source.clone().by(&account);
        let new = NewPassword { hash: hash.clone(), source, mail: self.mail };
        new.store(&account, None, "by link", connection).await?;
        Ok(Ok(account.id))
    }
}

/// Whether this is the account's password now. Counted like any other try.
async fn is_stored(app: &App, request: &Request, id: Id, password: &str) -> Result<bool> {
    let account = app.users.run(async |connection| account::find(id, connection).await).await?;
    let Some(account) = account else { return Ok(false) };
    match attempt::password(app, request, &account.email, password).await {
        Ok(_) => Ok(true),
        Err(Rejection::Error(error)) => Err(error),
        Err(_) => Ok(false),
    }
}

fn show(app: &App, context: &Context, token: &str, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::new_password(context, token, &form);
    let fragment = || views::new_password_form(context, token, &form);
    answer::form(context, status, page, fragment)
}

fn gone(context: &Context) -> Response {
    answer::html(StatusCode::NOT_FOUND, views::gone(context))
}
