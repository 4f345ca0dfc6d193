//! The owner's password. Changing it takes the current one, and ends all other sign-ins.

use diesel::prelude::*;
use poem::{Request, Response, handler};

use super::Owner;
use super::factor::AWAY;
use super::page::{self, Part};
use crate::accounts::account::Account;
use crate::app::App;
use crate::audit::log::{Event, Source};
use crate::auth::password::{Verdict, complaint};
use crate::auth::reauthentication::{self, Reauthentication};
use crate::auth::{self, end_reason, password};
use crate::db::Connection;
use crate::error::Result;
use crate::mail::letters;
use crate::web::{Context, Fields, Form, Message, Rejection, Submission};

/// Changes the password.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let account = owner.account(app).await?;
    let form =
        checked(&account, app.config.organisation(), fields.get("current_password"), fields.get("password"));
    let changed = match form.is_valid() {
        true => change(app, request, &owner, fields, submission).await,
        false => Err(Rejection::Invalid),
    };
    match changed {
        Ok(()) => Ok(page::done(&context, "notice-password-changed")),
        Err(rejection) => page::again(app, &context, &owner, (Part::Password, form), rejection, AWAY).await,
    }
}

async fn change(
    app: &App,
    request: &Request,
    owner: &Owner,
    fields: &Fields,
    submission: Submission,
) -> Result<(), Rejection> {
    let by = reauthentication::current_password(app, request, &owner.person, fields).await?;
    let new = fields.get("password");
    let hash = match by.is_right() {
        true => auth::hasher(app).hash(new.to_owned()).await?,
        false => String::new(),
    };
    let changing = Changing {
        owner: owner.clone(),
        by: by.clone(),
        hash,
        mail: app.config.smtp.is_on(),
        source: Source::of(request),
    };
    let change = async move |connection: &mut Connection| changing.run(connection).await;
    by.change(app, request, auth::change(app, submission, owner.person.id, change)).await?;
    // In a replay the current password is the new one; the form's content does not say which that was.
    match by.is_right() || is_stored(app, owner, new).await? {
        true => Ok(()),
        false => Err(Rejection::KeyReused),
    }
}

fn checked(account: &Account, organisation: &str, current: &str, new: &str) -> Form {
    let mut form = Form::default();
    if current.is_empty() {
        form.fail("current_password", Message::new("required-field"));
    }
    let own = [account.first_name.as_str(), &account.last_name, &account.email, organisation];
    if let Some(complaint) = complaint(new, &own) {
        form.fail("password", complaint);
    } else if new == current {
        form.fail("password", Message::new("password-same"));
    }
    form
}

#[derive(Clone)]
struct Changing {
    owner: Owner,
    by: Reauthentication,
    /// Of the new password, if the current one was right.
    hash: String,
    mail: bool,
    source: Source,
}

impl Changing {
    async fn run(&self, connection: &mut Connection) -> QueryResult<Result<(), Rejection>> {
        let account = match self.owner.lock(connection).await? {
            Ok(account) => account,
            Err(error) => return Ok(Err(error.into())),
        };
        if let Err(rejection) = self.by.accept(connection).await? {
            return Ok(Err(rejection));
        }
        password::store(&account, &self.hash, connection).await?;
        self.owner.end_others(end_reason::PASSWORD, connection).await?;
        self.source.record(Event::PasswordChanged, &account, "", connection).await?;
        if self.mail {
            letters::password_changed(&account).post(connection).await?;
        }
        Ok(Ok(()))
    }
}

/// Whether this is the password now.
async fn is_stored(app: &App, owner: &Owner, password: &str) -> Result<bool> {
    let stored = owner.account(app).await?.password_hash;
    Ok(auth::hasher(app).verify(password, Some(stored)).await? != Verdict::Wrong)
}
