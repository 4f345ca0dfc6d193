//! Signing in with a passkey. It stands for both steps: the browser asks for a finger, a face or a PIN.

use poem::http::StatusCode;
use poem::web::{Data, Json};
use poem::{Request, Response, handler};
use serde_json::{Value, json};
use tower_sessions_core::Session;
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential, Webauthn};

use super::{ceremony, store};
use crate::accounts::account;
use crate::app::App;
use crate::audit::log::{self, Event, Source, Who};
use crate::auth;
use crate::auth::rate_limit::Action;
use crate::auth::sign_in::admission::Admission;
use crate::auth::sign_in::form;
use crate::auth::sign_in::{self};
use crate::db::{Claim, Connection, Outcome, once};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Fields, Form, Message, answer, origin};

/// Whose ceremonies these are.
const DOOR: &str = "door";

/// What the browser is to do: sign a challenge with any passkey that it has for this site.
#[handler]
pub async fn options(app: &App, request: &Request) -> Result<Json<Value>> {
    let webauthn = ceremony::webauthn(&app.config.public_url)?;
    // Each challenge waits in Redis; nobody is to fill that.
    let counted = auth::rate_limiter(app).count(Action::Passkey, &origin(request).address).await;
    counted.map_err(|_| Error::Busy("passkeys"))?;
    let (options, state) = webauthn.start_discoverable_authentication().map_err(ceremony::broken)?;
    let challenge = ceremony::keep(&app.redis, DOOR, &state).await?;
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
    let next = answer::local_path(fields.get("next"), "");
    if let Err(wait) = auth::rate_limiter(app).count(Action::PasskeySignIn, &origin(request).address).await {
        record(app, request, Event::SignInThrottled);
        let message = Message::new("login-throttled").with("seconds", wait.as_secs());
        let response = refuse(app, &context, message, next, StatusCode::TOO_MANY_REQUESTS);
        return Ok(answer::later(response, wait));
    }
    match attempt(app, &session, fields, request).await {
        Ok(Some(admission)) => {
            let onward = if next.is_empty() { form::HOME } else { next };
            let mut response = answer::see_other(&context, onward);
            admission.welcome(app, request, &mut response).await;
            Ok(response)
        }
        Ok(None) => {
            record(app, request, Event::SignInFailed);
            let message = Message::new("passkey-failed");
            Ok(refuse(app, &context, message, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error @ (Error::Away { .. } | Error::Busy(_))) => {
            tracing::warn!(request_id = context.request_id, cause = %error, "sign-in by passkey is away");
            let message = Message::new("login-away");
            Ok(answer::away(refuse(app, &context, message, next, StatusCode::SERVICE_UNAVAILABLE)))
        }
        Err(error) => Err(error),
    }
}

/// Stores the sign-in of whoever's passkey has signed the challenge. That is used by it: the same answer from the same
/// browser leads to the same session, as long as that goes on, and no other leads to any.
async fn attempt(
    app: &App,
    session: &Session,
    fields: &Fields,
    request: &Request,
) -> Result<Option<Admission>> {
    let webauthn = ceremony::webauthn(&app.config.public_url)?;
    let challenge = fields.get("challenge");
    let state = ceremony::find(&app.redis, DOOR, challenge).await?;
    let Some(state): Option<DiscoverableAuthentication> = state else { return Ok(None) };
    let Some((credential, id)) = answered(&webauthn, fields.get("credential")) else { return Ok(None) };
    let account = app.users.run(async |connection| account::find(id, connection).await).await?;
    let Some(account) = account else { return Ok(None) };
    let session_id = app.signer.session_id_of("passkey-session", challenge.as_bytes());
    let admission = Admission::new(session, request, (&account, session_id, "passkey"));
    let stored = admission.clone();
    let change = async move |connection: &mut Connection| {
        // Before anything of the account, its lock.
        account::lock(id, connection).await?;
        let passkey = store::find(id, &credential.raw_id, connection).await?;
        let Some(passkey) = passkey else { return Ok(Err(())) };
        let signed = webauthn.finish_discoverable_authentication_v2(&credential, state, &passkey);
        let Ok(result) = signed else { return Ok(Err(())) };
        store::used(passkey, &result, connection).await?;
        Ok(stored.store(connection).await?.map_err(|_| ()))
    };
    if !matches!(once(&app.users, claim(challenge, fields, request), change).await?, Outcome::Done(())) {
        return Ok(None);
    }
    let (hash, id) = (admission.hash(), account.id);
    let goes_on = app.users.run(async |connection| sign_in::goes_on(&hash, id, connection).await).await?;
    Ok(goes_on.then_some(admission))
}

fn record(app: &App, request: &Request, event: Event) {
    log::record_later(app, Source::of(request), event, Who::default(), "passkey".into());
}

/// What the browser says that it has signed, and whose passkey it says it did with.
fn answered(webauthn: &Webauthn, text: &str) -> Option<(PublicKeyCredential, Id)> {
    let credential: PublicKeyCredential = serde_json::from_str(text).ok()?;
    let (handle, _) = webauthn.identify_discoverable_authentication(&credential).ok()?;
    let id = Id::from_bytes(handle.into_bytes());
    let is_foreign = ceremony::is_cross_origin(&credential.response.client_data_json);
    (!is_foreign).then_some((credential, id))
}

/// A challenge is good for one answer, from one browser.
fn claim(challenge: &str, fields: &Fields, request: &Request) -> Claim {
    let claim = Claim {
        key: ceremony::key_of(challenge),
        person: Id::NIL,
        fingerprint: fields.fingerprint("/login/passkey"),
    };
    claim.with(&origin(request).bytes())
}

fn refuse(app: &App, context: &Context, message: Message, next: &str, status: StatusCode) -> Response {
    let mut form = Form::default();
    form.fail("", message);
    // The form that is shown with it is the one for the password, so all of the page.
    form::show(app, &Context { partial: false, ..context.clone() }, form, next, status)
}
