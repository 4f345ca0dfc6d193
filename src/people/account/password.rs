//! The owner's password. Changing it takes the current one, and ends all other sign-ins.

use std::time::Duration;

use diesel::prelude::*;
use poem::http::StatusCode;
use poem::{Request, Response, handler};

use super::notices::Done;
use super::{Confirmed, Forms, Owner, changed, confirm, done, end_others, failed, held, later, page};
use crate::accounts::account::Account;
use crate::app::App;
use crate::audit::log::{Event, Source};
use crate::auth;
use crate::auth::password;
use crate::auth::password::{Verdict, complaint};
use crate::auth::reauthentication::proof::Doubt;
use crate::auth::reauthentication::proven::{Flaw, Proven, takes_code};
use crate::auth::sign_in::end_reason;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::mail::letters;
use crate::people::views::account as views;
use crate::web::{Context, Fields, Form, Message, Submission, answer};

/// Why the password stays what it is.
enum Refused {
    /// The sign-in has ended meanwhile.
    Ended,
    /// The current one was not right, or is none any more.
    Wrong,
    /// The code was not.
    Code,
}

impl From<Flaw> for Refused {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Password => Self::Wrong,
            Flaw::Code => Self::Code,
        }
    }
}

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
    let (current, new) = (fields.get("current_password"), fields.get("password"));
    let account = owner.account(app).await?;
    let mut form = checked(&account, app.config.organisation(), current, new);
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
    let new_hash = match &proven {
        Some(proven) => Some((proven.clone(), auth::hasher(app).hash(new.to_owned()).await?)),
        None => None,
    };
    let changing = Changing {
        owner: owner.clone(),
        new_hash,
        mail: app.config.smtp.is_on(),
        source: Source::of(request),
    };
    // Also with a wrong one: the form may come a second time, and by then the current password is the new
    // one. The key tells.
    let change = async move |connection: &mut Connection| changing.run(connection).await;
    let change = submission.once(&app.users, change);
    let is_code = |refused: &Refused| matches!(refused, Refused::Code);
    let mut wait = None;
    match changed(app, request, proven.as_ref(), is_code, change).await {
        Ok(()) if proven.is_some() || is_stored(app, &owner, new).await? => {
            auth::sessions(app).store().settle_or_later(account.id).await;
            return Ok(done(app, &context, Done::Password));
        }
        Ok(()) | Err(Doubt::Changed) => form.fail("", Message::new("submission-changed")),
        Err(Doubt::Refused(Refused::Ended)) => return Err(Error::NotSignedIn),
        Err(Doubt::Refused(Refused::Wrong)) => {
            failed(app, request, &account, Event::ProofFailed);
            form.fail("current_password", Message::new("password-wrong"));
        }
        Err(Doubt::Refused(Refused::Code)) => form.fail("code", Message::new("factor-code-wrong")),
        Err(Doubt::Throttled(seconds)) => wait = Some(held(&mut form, Duration::from_secs(seconds))),
        Err(Doubt::Error(error)) => return Err(error),
    }
    refuse(app, &context, &owner, form, wait).await
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

/// A new password on its way.
#[derive(Clone)]
struct Changing {
    owner: Owner,
    /// The hash of the new one, if the current one was right.
    new_hash: Option<(Proven, String)>,
    mail: bool,
    source: Source,
}

impl Changing {
    async fn run(&self, connection: &mut Connection) -> QueryResult<Result<(), Refused>> {
        let Some(account) = self.owner.lock(connection).await? else { return Ok(Err(Refused::Ended)) };
        let Some((proven, hash)) = &self.new_hash else { return Ok(Err(Refused::Wrong)) };
        if let Err(flaw) = proven.take(connection).await? {
            return Ok(Err(flaw.into()));
        }
        password::store(&account, hash, connection).await?;
        end_others(&self.owner, end_reason::PASSWORD, connection).await?;
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
            answer::html(status, views::password(context, &form, takes_code(app, owner.person.id).await?)),
            wait,
        ));
    }
    let forms = Forms { password: Some(form), ..Forms::default() };
    Ok(later(page(app, context, owner, forms, status, None).await?, wait))
}
