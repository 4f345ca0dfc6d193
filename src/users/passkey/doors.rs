//! Signing in with a passkey. It stands for both steps: the browser asks for a finger, a face or a PIN.

use poem::http::StatusCode;
use poem::web::{Data, Json};
use poem::{Request, Response, handler};
use serde_json::{Value, json};
use tower_sessions_core::Session;
use tower_sessions_core::session::Id as SessionId;
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential};

use super::{ceremony, store};
use crate::app::App;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::users::account::{self, Account};
use crate::users::log::{self, Event, Source, Who, origin};
use crate::users::sign_ins;
use crate::users::throttle::Deed;
use crate::web::{Context, Fields, Form, Message, answer};

/// Whose ceremonies these are.
const DOOR: &str = "door";

/// What the browser is to do: sign a challenge with any passkey that it has for this site.
#[handler]
pub async fn options(app: &App, request: &Request) -> Result<Json<Value>> {
    let webauthn = ceremony::webauthn(&app.config.public_url)?;
    // Each challenge waits in Redis; nobody is to fill that.
    let counted = app.throttle.count(Deed::Passkey, &origin(request).address).await;
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
    if let Err(wait) = app.throttle.count(Deed::PasskeySignIn, &origin(request).address).await {
        record(app, request, Event::SignInThrottled);
        let message = Message::new("login-throttled").with("seconds", wait.as_secs());
        let response = refuse(&context, message, next, StatusCode::TOO_MANY_REQUESTS);
        return Ok(sign_ins::later(response, wait));
    }
    match verified(app, fields).await {
        Ok(Some(account)) => {
            let mut response =
                answer::see_other(&context, if next.is_empty() { sign_ins::HOME } else { next });
            let proven = (&account, SessionId::default(), "passkey");
            sign_ins::admit(app, &session, request, proven, &mut response).await?;
            Ok(response)
        }
        Ok(None) => {
            record(app, request, Event::SignInFailed);
            let message = Message::new("passkey-failed");
            Ok(refuse(&context, message, next, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error @ (Error::Away { .. } | Error::Busy(_))) => {
            tracing::warn!(request_id = context.request_id, cause = %error, "sign-in by passkey is away");
            let message = Message::new("login-away");
            Ok(sign_ins::away(refuse(&context, message, next, StatusCode::SERVICE_UNAVAILABLE)))
        }
        Err(error) => Err(error),
    }
}

/// The account whose passkey has signed the challenge, which is thereby used.
async fn verified(app: &App, fields: &Fields) -> Result<Option<Account>> {
    let webauthn = ceremony::webauthn(&app.config.public_url)?;
    let state = ceremony::take(&app.redis, DOOR, fields.get("challenge")).await?;
    let Some(state): Option<DiscoverableAuthentication> = state else { return Ok(None) };
    let Ok(credential) = serde_json::from_str::<PublicKeyCredential>(fields.get("credential")) else {
        return Ok(None);
    };
    let Ok((handle, _)) = webauthn.identify_discoverable_authentication(&credential) else { return Ok(None) };
    let id = Id::from_bytes(handle.into_bytes());
    let raw_id = credential.raw_id.clone();
    let find = async |connection: &mut Connection| {
        Ok((account::find(id, connection).await?, store::find(id, &raw_id, connection).await?))
    };
    let (Some(account), Some(passkey)) = app.users.run(find).await? else { return Ok(None) };
    let Ok(result) = webauthn.finish_discoverable_authentication_v2(&credential, state, &passkey) else {
        return Ok(None);
    };
    let noted =
        app.users.run(async |connection| store::used(passkey.clone(), &result, connection).await).await?;
    Ok((noted && account.disabled_at.is_none()).then_some(account))
}

fn record(app: &App, request: &Request, event: Event) {
    log::record_later(app, Source::of(request), event, Who::default(), "passkey".into());
}

fn refuse(context: &Context, message: Message, next: &str, status: StatusCode) -> Response {
    let mut form = Form::default();
    form.fail("", message);
    // The form that is shown with it is the one for the password, so all of the page.
    sign_ins::refuse(&Context { partial: false, ..context.clone() }, &form, next, status)
}
