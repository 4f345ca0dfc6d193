//! The owner's password. Changing it takes the current one, and ends all other sign-ins.

use poem::{Request, Response, handler};

use super::Owner;
use super::factor::AWAY;
use super::page::{self, Part};
use crate::accounts::Account;
use crate::app::App;
use crate::audit::Source;
use crate::auth::{self, NewPassword, Verdict, password, reauthentication};
use crate::db::{Connection, granted};
use crate::error::Result;
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
    let new_password = NewPassword { hash, source: Source::of(request), mail: app.config.smtp.is_on() };
    let (for_change, for_owner) = (by.clone(), owner.clone());
    let change = async move |connection: &mut Connection| {
        let account = granted!(for_owner.lock(connection).await?);
        granted!(for_change.accept(connection).await?);
        new_password.store(&account, Some(&for_owner.sign_in), "", connection).await.map(Ok::<_, Rejection>)
    };
    by.change(app, request, auth::change(app, submission, owner.person.id, change)).await?;
    // The form's content has no passwords: a replay with another new one was not carried out.
    match is_stored(app, owner, new).await? {
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
    if let Some(complaint) = password::complaint(new, &own) {
        form.fail("password", complaint);
    } else if new == current {
        form.fail("password", Message::new("password-same"));
    }
    form
}

/// Whether this is the password now.
async fn is_stored(app: &App, owner: &Owner, password: &str) -> Result<bool> {
    let stored = owner.account(app).await?.password_hash;
    Ok(auth::hasher(app).verify(password, Some(stored)).await? != Verdict::Wrong)
}
