//! Resetting the second factor of somebody who has lost it and the recovery codes, too.

use poem::web::Path;
use poem::{Request, Response, handler};
use time::Duration;

use super::notices::{self, Done};
use super::{administration, handlers};
use crate::accounts::account::Account;
use crate::app::App;
use crate::audit::log::{Event, Source};
use crate::auth;
use crate::auth::second_factor::{requirement, store};
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::mail::outbox::Mail;
use crate::web::{Context, Language, ManagePeople, May, Message, Submission, answer};

/// Resets it, and tells the person. Not one's own: that takes a code.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    who: May<ManagePeople>,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = handlers::find(app, &id).await?;
    let id = account.id;
    if id == who.0.id {
        return Err(Error::Forbidden);
    }
    let source = Source::of(request);
    let mail = app.config.smtp.is_on().then(|| mail(&account, Some(&who.0.full_name())));
    let change = async move |connection: &mut Connection| {
        if !administration::may_act(&source, connection).await? {
            return Ok(Err(()));
        }
        if !store::reset(id, connection).await? {
            return Ok(Ok(()));
        }
        source.record(Event::FactorReset, &account, "", connection).await?;
        requirement::enforce(Some(id), &source, connection).await?;
        if let Some(mail) = &mail {
            mail.post(connection).await?;
        }
        Ok(Ok(()))
    };
    match submission.once(&app.users, change).await? {
        Outcome::Done(()) => {
            auth::sessions(app).store().settle_or_later(id).await;
            let mut response = answer::see_other(&context, &format!("/users/{id}"));
            notices::leave(app, &mut response, Done::FactorReset);
            Ok(response)
        }
        Outcome::Refused(()) => Err(Error::Forbidden),
        Outcome::KeyReused => Err(Error::ForeignSubmission),
    }
}

/// To whom it was: `by` whom, or by whoever runs the installation.
pub fn mail(account: &Account, by: Option<&str>) -> Mail {
    let language = Language::from_tag(&account.language).unwrap_or_default();
    let by = by.map_or_else(|| language.text("operator"), str::to_owned);
    Mail {
        recipient: account.email.clone(),
        subject: language.text("factor-reset-mail-subject"),
        body: Message::new("factor-reset-mail-body")
            .with("name", account.first_name.clone())
            .with("by", by)
            .text(language),
        lifetime: Duration::days(7),
    }
}
