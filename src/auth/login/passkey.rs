//! Signing in with a passkey. It replaces both steps: the browser asks for a fingerprint, a face or a PIN.

use poem::web::{Data, Json};
use poem::{Request, Response, handler};
use serde_json::{Value, json};
use tower_sessions_core::Session;
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential, Webauthn};

use super::admission::Admission;
use super::form::{HOME, show};
use crate::accounts::account;
use crate::app::App;
use crate::audit::Who;
use crate::auth::attempt::{self, SIGN_IN};
use crate::auth::{self, Action, passkey};
use crate::db::{Claim, Connection, Outcome, once};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Fields, Form, Rejection, answer, origin};

/// Keeps these ceremonies apart from those of signed-in people.
const LOGIN: &str = "door";

/// The options for `navigator.credentials.get`: any passkey of this site may sign the challenge.
#[handler]
pub async fn options(app: &App, request: &Request) -> Result<Json<Value>> {
    let webauthn = passkey::webauthn(&app.config.public_url)?;
    // Each challenge takes room in Redis.
    let counted = auth::rate_limiter(app).count(Action::Passkey, &origin(request).address).await;
    counted.map_err(|_| Error::Busy("passkeys"))?;
    let (options, state) = webauthn.start_discoverable_authentication().map_err(passkey::broken)?;
    let challenge = passkey::keep_state(&app.redis, LOGIN, &state).await?;
    Ok(Json(json!({ "challenge": challenge, "options": options.public_key })))
}

/// Signs in with what the browser answered.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    session: Data<&Session>,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    match verify(app, &session, fields, request).await {
        Ok(admission) => {
            let next = answer::local_path(fields.get("next"), HOME);
            let mut response = answer::see_other(&context, next);
            admission.welcome(app, request, &mut response).await;
            Ok(response)
        }
        Err(rejection) => {
            attempt::record(app, request, &rejection, SIGN_IN, Who::default(), "passkey");
            let next = answer::local_path(fields.get("next"), "");
            // What is shown is the form for the password, so all of the page.
            let whole = Context { partial: false, ..context.clone() };
            let again = |form, status| show(app, &whole, form, next, status);
            rejection.answer(Form::default(), "login-away", again)
        }
    }
}

/// Stores the sign-in of the passkey that has signed the challenge, and thereby uses the challenge up: a replay from the
/// same browser leads to the same session as long as that goes on, and nothing else leads to any.
async fn verify(
    app: &App,
    session: &Session,
    fields: &Fields,
    request: &Request,
) -> Result<Admission, Rejection> {
    let counted = auth::rate_limiter(app).count(Action::PasskeySignIn, &origin(request).address).await;
    counted.map_err(Rejection::RateLimited)?;
    let failed = || Rejection::whole("passkey-failed");
    let webauthn = passkey::webauthn(&app.config.public_url)?;
    let challenge = fields.get("challenge");
    let state: Option<DiscoverableAuthentication> = passkey::find_state(&app.redis, LOGIN, challenge).await?;
    let state = state.ok_or_else(failed)?;
    let (credential, id) = answered(&webauthn, fields.get("credential")).ok_or_else(failed)?;
    let account = app.users.run(async |connection| account::find(id, connection).await).await?;
    let account = account.ok_or_else(failed)?;
    let session_id = app.signer.session_id_of("passkey-session", challenge.as_bytes());
    let admission = Admission::new(session, request, (&account, session_id, "passkey"));
    let stored = admission.clone();
    let change = async move |connection: &mut Connection| {
        // The account's lock comes first, before anything that belongs to it.
        account::lock(id, connection).await?;
        let passkey = passkey::find(id, &credential.raw_id, connection).await?;
        let Some(passkey) = passkey else { return Ok(Err(())) };
        let signed = webauthn.finish_discoverable_authentication_v2(&credential, state, &passkey);
        let Ok(result) = signed else { return Ok(Err(())) };
        passkey::used(passkey, &result, connection).await?;
        Ok(stored.store(connection).await?.map_err(|_| ()))
    };
    let once = once(&app.users, claim(challenge, fields, request), change).await?;
    match matches!(once, Outcome::Done(())) && admission.goes_on(app).await? {
        true => Ok(admission),
        false => Err(failed()),
    }
}

/// The browser's answer, and the account that it claims to be for.
fn answered(webauthn: &Webauthn, text: &str) -> Option<(PublicKeyCredential, Id)> {
    let credential: PublicKeyCredential = serde_json::from_str(text).ok()?;
    let (handle, _) = webauthn.identify_discoverable_authentication(&credential).ok()?;
    let id = Id::from_bytes(handle.into_bytes());
    let is_foreign = passkey::is_cross_origin(&credential.response.client_data_json);
    (!is_foreign).then_some((credential, id))
}

/// A challenge is good for one answer, from one browser.
fn claim(challenge: &str, fields: &Fields, request: &Request) -> Claim {
    let claim = Claim {
        key: passkey::key_of(challenge),
        person: Id::NIL,
        fingerprint: fields.fingerprint("/login/passkey"),
    };
    claim.with(&origin(request).bytes())
}
