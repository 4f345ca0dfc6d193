//! What follows the right password: a session, or a second step.

use poem::{Request, Response};
use tower_sessions_core::Session;
use tower_sessions_core::session::Id as SessionId;

use super::admission::{Refused, admit};
use super::second_step;
use crate::accounts::Account;
use crate::app::App;
use crate::id::Id;
use crate::web::{Context, Rejection, answer, origin};

/// Goes on with somebody whose password was right, by a form with this key: signs in, or asks for the next step. If the
/// account has changed since, that is as good as a wrong password.
///
/// # Errors
///
/// See [`Rejection`].
pub async fn begin(
    app: &App,
    context: &Context,
    session: &Session,
    request: &Request,
    (account, key): (&Account, Id),
    next: &str,
) -> Result<Response, Rejection> {
    if let Some(step) = second_step::after_password(app, account).await? {
        return Ok(step.ask(app, context, next));
    }
    let mut response = answer::see_other(context, next);
    // A replay of the form leads to the same session. Once that has ended, or from elsewhere, to one of its own: who
    // has read the form must not share its sender's.
    let by_form = app.signer.session_id_by_form(key, account.id, &origin(request).bytes());
    for id in by_form.into_iter().chain([SessionId::default()]) {
        match admit(app, session, request, (account, id, "password"), &mut response).await? {
            Ok(()) => return Ok(response),
            Err(Refused::Ended) => {}
            Err(Refused::Outdated) => break,
        }
    }
    Err(Rejection::whole("login-failed"))
}
