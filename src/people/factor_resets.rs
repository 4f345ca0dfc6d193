//! Resetting the second factor of somebody who has lost it and the recovery codes.

use poem::web::Path;
use poem::{Request, Response, handler};

use super::administration::{self, Refusal};
use super::handlers::{administer, find};
use crate::accounts::Account;
use crate::app::App;
use crate::audit::{Event, Source};
use crate::auth::{requirement, second_factor};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::mail::{Mail, letters};
use crate::web::{Context, SignedIn, Submission};

/// Resets it, and notifies the person. Not one's own: removing that takes a code.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    SignedIn(administrator): SignedIn,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    if account.id == administrator.id {
        return Err(Error::Forbidden);
    }
    let by = administrator.full_name();
    let mail = app.config.smtp.is_on().then(|| letters::factor_reset(&account, Some(&by)));
    let (for_change, source) = (account.clone(), Source::of(request));
    let work =
        async move |connection: &mut Connection| reset(&for_change, mail.as_ref(), &source, connection).await;
    administer(app, &context, (submission, &account), "notice-factor-reset", work).await
}

async fn reset(
    account: &Account,
    mail: Option<&Mail>,
    source: &Source,
    connection: &mut Connection,
) -> administration::Change {
    if !administration::may_act(source, connection).await? {
        return Ok(Err(Refusal::NotAllowed));
    }
    if second_factor::reset(account.id, connection).await? {
        source.record(Event::FactorReset, account, "", connection).await?;
        requirement::enforce(Some(account.id), source, connection).await?;
        if let Some(mail) = mail {
            mail.post(connection).await?;
        }
    }
    Ok(Ok(()))
}
