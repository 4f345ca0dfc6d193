//! The owner's address. A new one proves by a link that it is read, where mail can be sent.

use std::time::Duration;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::RunQueryDsl;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::notices::{self, Done};
use super::{Confirmed, Forms, Owner, changed, confirm, done, failed, held, later, page};
use crate::accounts::account::{self, Account, email_key};
use crate::accounts::link::{self, Kind, Secret};
use crate::app::App;
use crate::audit::log::{Event, Source};
use crate::auth::reauthentication::proof::Doubt;
use crate::auth::reauthentication::proven::{Flaw, Proven, takes_code};
use crate::auth::{self, sign_in};
use crate::db::users_schema::accounts;
use crate::db::{Connection, Outcome, now};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::mail::letters;
use crate::people::views::account as views;
use crate::web::{Context, Fields, Form, Message, Submission, answer};

/// Why the address stays what it is.
enum Refused {
    /// The sign-in has ended meanwhile.
    Ended,
    Wrong,
    /// The code was not right.
    Code,
    /// It is this one already.
    Same,
    Taken,
    /// The link is not good, or not any more.
    Link,
}

impl From<Flaw> for Refused {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Password => Self::Wrong,
            Flaw::Code => Self::Code,
        }
    }
}

/// Changes the address, or sends the new one a link that does.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let mut form = Form::default();
    form.take(fields, &["email"]);
    form.check_email("email");
    let account = owner.account(app).await?;
    if fields.get("current_password").is_empty() {
        form.fail("current_password", Message::new("required-field"));
    }
    if !form.is_valid() {
        return refuse(app, &context, &owner, form, None).await;
    }
    let proven = match confirm(app, request, &account, fields).await? {
        Confirmed::Right(proven) => Some(*proven),
        Confirmed::Wrong => None,
        Confirmed::Later(wait) => {
            held(&mut form, wait);
            return refuse(app, &context, &owner, form, Some(wait)).await;
        }
    };
    let asking = Asking {
        owner: owner.clone(),
        email: form.value("email").to_owned(),
        proven: proven.clone(),
        secret: Secret::new(),
        app: app.clone(),
        source: Source::of(request),
    };
    let change = async move |connection: &mut Connection| asking.run(connection).await;
    let change = submission.once(&app.users, change);
    let is_code = |refused: &Refused| matches!(refused, Refused::Code);
    let mut wait = None;
    match changed(app, request, proven.as_ref(), is_code, change).await {
        Ok(()) if app.config.smtp.is_on() => return Ok(done(app, &context, Done::EmailAsked)),
        Ok(()) => {
            auth::sessions(app).store().settle_or_later(account.id).await;
            return Ok(done(app, &context, Done::Email));
        }
        Err(Doubt::Refused(Refused::Ended | Refused::Link)) => return Err(Error::NotSignedIn),
        Err(Doubt::Refused(Refused::Wrong)) => {
            failed(app, request, &account, Event::ProofFailed);
            form.fail("current_password", Message::new("password-wrong"));
        }
        Err(Doubt::Refused(Refused::Code)) => form.fail("code", Message::new("factor-code-wrong")),
        Err(Doubt::Refused(Refused::Same)) => form.fail("email", Message::new("email-same")),
        Err(Doubt::Refused(Refused::Taken)) => form.fail("email", Message::new("email-taken")),
        Err(Doubt::Changed) => form.fail("", Message::new("submission-changed")),
        Err(Doubt::Throttled(seconds)) => wait = Some(held(&mut form, Duration::from_secs(seconds))),
        Err(Doubt::Error(error)) => return Err(error),
    }
    refuse(app, &context, &owner, form, wait).await
}

/// A wish for another address.
#[derive(Clone)]
struct Asking {
    app: App,
    owner: Owner,
    email: String,
    /// If the password was right.
    proven: Option<Proven>,
    secret: Secret,
    source: Source,
}

impl Asking {
    async fn run(&self, connection: &mut Connection) -> QueryResult<Result<(), Refused>> {
        let Some(account) = self.owner.lock(connection).await? else { return Ok(Err(Refused::Ended)) };
        let Some(proven) = &self.proven else { return Ok(Err(Refused::Wrong)) };
        if let Err(flaw) = proven.take(connection).await? {
            return Ok(Err(flaw.into()));
        }
        // Not before the key was looked at: the form may come a second time.
        if self.email == account.email {
            return Ok(Err(Refused::Same));
        }
        let holder = account::find_by_email(&self.email, connection).await?;
        if holder.is_some_and(|holder| holder.id != account.id) {
            return Ok(Err(Refused::Taken));
        }
        if !self.app.config.smtp.is_on() {
            return set(&self.app, &account, &self.email, &self.source, connection).await;
        };
        link::insert(&self.secret, Kind::Email, account.id, &self.email, connection).await?;
        let address = self.app.config.address(&format!("/account/email/{}", self.secret.text));
        letters::confirm_address(&account, &self.email, &address).post(connection).await?;
        Ok(Ok(()))
    }
}

/// Changes the address within a transaction, and tells the old one. Links that were sent there are good
/// no more.
async fn set(
    app: &App,
    account: &Account,
    email: &str,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Refused>> {
    let changed = diesel::update(accounts::table.find(account.id))
        .set((
            accounts::email.eq(email),
            accounts::email_key.eq(email_key(email)),
            accounts::updated_at.eq(now()),
        ))
        .execute(connection)
        .await;
    match changed {
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            return Ok(Err(Refused::Taken));
        }
        changed => changed?,
    };
    sign_in::unsettle(account.id, connection).await?;
    link::revoke(Kind::Password, account.id, connection).await?;
    let detail = format!("{} → {email}", account.email);
    source.record(Event::EmailChanged, account, &detail, connection).await?;
    if app.config.smtp.is_on() {
        letters::address_changed(account).post(connection).await?;
    }
    Ok(Ok(()))
}

async fn refuse(
    app: &App,
    context: &Context,
    owner: &Owner,
    mut form: Form,
    wait: Option<Duration>,
) -> Result<Response> {
    let status = match wait {
        Some(_) => StatusCode::TOO_MANY_REQUESTS,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    if context.partial {
        form.submission = app.signer.issue(owner.person.id);
        return Ok(later(
            answer::html(status, views::email(context, &form, takes_code(app, owner.person.id).await?)),
            wait,
        ));
    }
    let forms = Forms { email: Some(form), ..Forms::default() };
    Ok(later(page(app, context, owner, forms, status, None).await?, wait))
}

/// Where the link leads: a button, since programs that look at mail follow links, too.
#[handler]
pub async fn show(app: &App, context: Context, token: Path<String>) -> Result<Response> {
    let link = app.users.run(async |connection| link::find(&token, Kind::Email, connection).await).await?;
    let Some(link) = link else { return Ok(gone(&context)) };
    let key = app.signer.issue(Id::NIL);
    Ok(answer::ok(views::confirm_email(&context, &token, &link.detail, &key)))
}

/// Changes the address to the link's. Who asks need not be signed in: the link was sent on the strength of
/// a sign-in and the password.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    submission: Submission,
    token: Path<String>,
    request: &Request,
) -> Result<Response> {
    let (for_change, source, token) = (app.clone(), Source::of(request), token.0);
    let whose = app.users.run(async |connection| link::find(&token, Kind::Email, connection).await).await?;
    let whose = whose.map(|link| link.account_id);
    let change = async move |connection: &mut Connection| {
        let Some((account, link)) = link::take(&token, Kind::Email, connection).await? else {
            return Ok(Err(Refused::Link));
        };
        let source = source.by(&account);
        set(&for_change, &account, &link.detail, &source, connection).await
    };
    match submission.once(&app.users, change).await? {
        Outcome::Done(()) => {
            auth::sessions(app).store().settle_or_later(whose).await;
            let mut response = answer::see_other(&context, "/account");
            notices::leave(app, &mut response, Done::Email);
            Ok(response)
        }
        Outcome::Refused(Refused::Taken) => {
            Ok(answer::html(StatusCode::CONFLICT, views::link_gone(&context, "email-taken-meanwhile")))
        }
        Outcome::Refused(_) => Ok(gone(&context)),
        Outcome::KeyReused => Err(Error::ForeignSubmission),
    }
}

fn gone(context: &Context) -> Response {
    answer::html(StatusCode::NOT_FOUND, views::link_gone(context, "account-link-gone"))
}
