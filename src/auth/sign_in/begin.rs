//! What comes after the right password: a session, or a second step.

use poem::{Request, Response};
use tower_sessions_core::Session;
use tower_sessions_core::session::Id as SessionId;

use super::admission::{Refused, admit};
use crate::accounts::account::Account;
use crate::app::App;
use crate::auth::second_factor::step;
use crate::error::Result;
use crate::id::Id;
use crate::web::{Context, answer, origin};

/// Goes on with somebody whose password was right, by a form with this key: signs in, or asks for what is still to
/// come. `None` when the password, or what else the account was, has changed meanwhile: that is as good as a wrong one.
///
/// # Errors
///
/// When the database is away.
pub async fn begin(
    app: &App,
    context: &Context,
    session: &Session,
    request: &Request,
    (account, key): (&Account, Id),
    next: &str,
) -> Result<Option<Response>> {
    if let Some(step) = step::after_password(app, account).await? {
        return Ok(Some(step.ask(app, context, next)));
    }
    let mut response = answer::see_other(context, next);
    // A form that comes again leads to the same session, but to one of its own after that one has ended, or from
    // elsewhere: whoever has read the form is not to share its sender's.
    let by_form = app.signer.session_id_by_form(key, account.id, &origin(request).bytes());
    for id in by_form.into_iter().chain([SessionId::default()]) {
        match admit(app, session, request, (account, id, "password"), &mut response).await? {
            Ok(()) => return Ok(Some(response)),
            Err(Refused::Ended) => {}
            Err(Refused::Outdated) => return Ok(None),
        }
    }
    Ok(None)
}
