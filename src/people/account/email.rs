//! The owner's e-mail address. A new one is confirmed by a link, if mail can be sent.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::RunQueryDsl;
use poem::{Request, Response, handler};

use super::Owner;
use super::factor::AWAY;
use super::page::{self, Part};
use crate::accounts::{Account, LinkKind, Secret, account, email_key, link};
use crate::app::App;
use crate::audit::{Event, Source};
use crate::auth::{self, Reauthentication, reauthentication, sign_in};
use crate::db::users_schema::accounts;
use crate::db::{Connection, granted, now};
use crate::error::Result;
use crate::mail::letters;
use crate::web::{Context, Fields, Form, Message, Rejection, Submission};

/// Changes the address, or mails the new one a link that does.
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
    if fields.get("current_password").is_empty() {
        form.fail("current_password", Message::new("required-field"));
    }
    let asked = match form.is_valid() {
        true => ask(app, request, &owner, (&form, fields), submission).await,
        false => Err(Rejection::Invalid),
    };
    match asked {
        Ok(()) if app.config.smtp.is_on() => Ok(page::done(&context, "notice-email-asked")),
        Ok(()) => Ok(page::done(&context, "notice-email-changed")),
        Err(rejection) => page::again(app, &context, &owner, (Part::Email, form), rejection, AWAY).await,
    }
}

async fn ask(
    app: &App,
    request: &Request,
    owner: &Owner,
    (form, fields): (&Form, &Fields),
    submission: Submission,
) -> Result<(), Rejection> {
    let by = reauthentication::current_password(app, request, &owner.person, fields).await?;
    let asking = Asking {
        owner: owner.clone(),
        email: form.value("email").to_owned(),
        by: by.clone(),
        secret: Secret::new(),
        app: app.clone(),
        source: Source::of(request),
    };
    let change = async move |connection: &mut Connection| asking.run(connection).await;
    by.change(app, request, auth::change(app, submission, owner.person.id, change)).await
}

/// A request for another address.
#[derive(Clone)]
struct Asking {
    app: App,
    owner: Owner,
    email: String,
    by: Reauthentication,
    secret: Secret,
    source: Source,
}

impl Asking {
    async fn run(&self, connection: &mut Connection) -> QueryResult<Result<(), Rejection>> {
        let account = granted!(self.owner.lock(connection).await?);
        granted!(self.by.accept(connection).await?);
        // Only now, after the idempotency key: in a replay it may be the address already.
        if self.email == account.email {
            return Ok(Err(Rejection::Refused("email", Message::new("email-same"))));
        }
        let holder = account::find_by_email(&self.email, connection).await?;
        if holder.is_some_and(|holder| holder.id != account.id) {
            return Ok(Err(taken()));
        }
        if !self.app.config.smtp.is_on() {
            return set(&self.app, &account, &self.email, &self.source, connection).await;
        };
        link::insert(&self.secret, LinkKind::Email, account.id, &self.email, connection).await?;
        let address = self.app.config.address(&format!("/account/email/{}", self.secret.text));
        letters::confirm_address(&account, &self.email, &address).post(connection).await?;
        Ok(Ok(()))
    }
}

fn taken() -> Rejection {
    Rejection::Refused("email", Message::new("email-taken"))
}

/// Changes the address within a transaction, and notifies the old one. Links that were sent there stop working.
pub(super) async fn set(
    app: &App,
    account: &Account,
    email: &str,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Rejection>> {
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
            return Ok(Err(taken()));
        }
        changed => changed?,
    };
    sign_in::mark_stale(account.id, connection).await?;
    link::revoke(LinkKind::Password, account.id, connection).await?;
    let detail = format!("{} → {email}", account.email);
    source.record(Event::EmailChanged, account, &detail, connection).await?;
    if app.config.smtp.is_on() {
        letters::address_changed(account).post(connection).await?;
    }
    Ok(Ok(()))
}
