//! One's own passkeys.

use poem::http::StatusCode;
use poem::web::Json;
use poem::{Request, Response, handler};
use serde_json::{Value, json};
use webauthn_rs::prelude::{Passkey, PasskeyRegistration, RegisterPublicKeyCredential, Uuid};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::Owner;
use super::factor::AWAY;
use super::sign_ins::others;
use crate::app::App;
use crate::audit::Event;
use crate::auth::{passkey, reauthentication, requirement, second_factor};
use crate::db::{Connection, granted};
use crate::error::Result;
use crate::people::views::passkeys::{self as views, Shown};
use crate::web::{Context, Fields, Form, Person, Rejection, SignedIn, Submission, answer};

const HOME: &str = "/account/passkeys";

async fn load(app: &App, owner: &Owner) -> Result<Shown> {
    let (id, others) = (owner.person.id, others(app, owner).await?);
    let load = async |connection: &mut Connection| {
        let passkeys = passkey::of(id, connection).await?;
        Ok(Shown { passkeys, has_factor: second_factor::is_set(id, connection).await?, ..Shown::default() })
    };
    Ok(Shown { others, ..app.users.run(load).await? })
}

fn show(app: &App, context: &Context, mut shown: Shown, status: StatusCode) -> Response {
    let id = context.person_id();
    shown.addition.submission = app.signer.issue(id);
    shown.removal.submission = app.signer.issue(id);
    let page = || views::page(context, &shown);
    let fragment = || match shown.removal.is_valid() {
        true => views::addition(context, &shown),
        false => views::removal(context, &shown),
    };
    answer::form(context, status, page, fragment)
}

/// The list, and the forms that add and remove.
#[handler]
pub async fn index(app: &App, context: Context, owner: Owner) -> Result<Response> {
    passkey::webauthn(&app.config.public_url)?;
    let shown = load(app, &owner).await?;
    Ok(show(app, &context, shown, StatusCode::OK))
}

/// Asks the browser for a discoverable credential, unless it has one of this account.
#[handler]
pub async fn options(app: &App, who: SignedIn) -> Result<Json<Value>> {
    let webauthn = passkey::webauthn(&app.config.public_url)?;
    let person = &who.0;
    let id = person.id;
    let known = app.users.run(async |connection| passkey::credentials(id, connection).await).await?;
    let known = known.iter().map(|key| key.cred_id().clone()).collect();
    let handle = Uuid::from_bytes(*id.as_bytes());
    let (mut options, state) = webauthn
        .start_passkey_registration(handle, &person.email, &person.full_name(), Some(known))
        .map_err(passkey::broken)?;
    if let Some(selection) = &mut options.public_key.authenticator_selection {
        selection.resident_key = Some(ResidentKeyRequirement::Required);
        selection.require_resident_key = true;
    }
    let challenge = passkey::keep_state(&app.redis, &id.to_string(), &state).await?;
    Ok(Json(json!({ "challenge": challenge, "options": options.public_key })))
}

/// Adds the passkey that the browser has created.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let mut form = Form::default();
    form.take(fields, &["name"]);
    form.check_text("name", 60);
    let made = match form.is_valid() {
        true => add(app, request, &owner.person, &form, fields, submission).await,
        false => Err(Rejection::Invalid),
    };
    match made {
        Ok(()) => Ok(answer::see_other(&context, HOME)),
        Err(rejection) => {
            let shown = load(app, &owner).await?;
            let again = |addition, status| show(app, &context, Shown { addition, ..shown }, status);
            rejection.answer(form, AWAY, again)
        }
    }
}

async fn add(
    app: &App,
    request: &Request,
    person: &Person,
    form: &Form,
    fields: &Fields,
    submission: Submission,
) -> Result<(), Rejection> {
    let by = reauthentication::password(app, request, person, fields).await?;
    let failed = || Rejection::whole("passkey-not-added");
    let key = registered(app, person, fields).await?.ok_or_else(failed)?;
    let (for_change, name) = (by.clone(), form.value("name").to_owned());
    let change = async move |connection: &mut Connection| {
        let by = for_change;
        granted!(by.accept(connection).await?);
        if !passkey::insert(by.account.id, &name, &key, connection).await? {
            return Ok(Err(failed()));
        }
        by.announce(Event::PasskeyAdded, &name, connection).await?;
        Ok(Ok(()))
    };
    by.change(app, request, submission.change(&app.users, change)).await
}

/// The passkey, if the browser has answered this person's challenge.
async fn registered(app: &App, person: &Person, fields: &Fields) -> Result<Option<Passkey>> {
    let webauthn = passkey::webauthn(&app.config.public_url)?;
    // The challenge is not used up here: a replay of the form needs it, too.
    let state = passkey::find_state(&app.redis, &person.id.to_string(), fields.get("challenge")).await?;
    let Some(state): Option<PasskeyRegistration> = state else { return Ok(None) };
    let Ok(credential) = serde_json::from_str::<RegisterPublicKeyCredential>(fields.get("credential")) else {
        return Ok(None);
    };
    Ok(webauthn.finish_passkey_registration(&credential, &state).ok())
}

/// Removes the chosen one.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    match remove(app, request, &owner.person, fields, submission).await {
        Ok(()) => Ok(answer::see_other(&context, HOME)),
        Err(rejection) => {
            let shown = load(app, &owner).await?;
            let mut form = Form::default();
            form.take(fields, &["passkey"]);
            let again = |removal, status| show(app, &context, Shown { removal, ..shown }, status);
            rejection.answer(form, AWAY, again)
        }
    }
}

async fn remove(
    app: &App,
    request: &Request,
    person: &Person,
    fields: &Fields,
    submission: Submission,
) -> Result<(), Rejection> {
    let by = reauthentication::password(app, request, person, fields).await?;
    let (for_change, key) = (by.clone(), fields.get("passkey").to_owned());
    let change = async move |connection: &mut Connection| {
        let by = for_change;
        granted!(by.accept(connection).await?);
        let Some(name) = passkey::delete(by.account.id, &key, connection).await? else {
            return Ok(Err(Rejection::whole("passkey-choose")));
        };
        // The last passkey may be all that meets the requirement.
        let is_needed = requirement::applies_to(by.account.role(), connection).await?;
        if is_needed && !second_factor::is_anything_set(by.account.id, connection).await? {
            return Ok(Err(Rejection::whole("factor-required-for-you")));
        }
        by.announce(Event::PasskeyRemoved, &name, connection).await?;
        Ok(Ok(()))
    };
    by.change(app, request, submission.change(&app.users, change)).await
}
