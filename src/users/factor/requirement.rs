//! Whether the organisation asks administrators and managers for a second factor.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use poem::http::StatusCode;
use poem::{Request, Response, handler};

use super::store;
use crate::app::App;
use crate::db::users_schema::{accounts, factors, passkeys, settings};
use crate::db::{Connection, Once};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::users::account::Account;
use crate::users::log::{Event, Source, Who};
use crate::users::{administration, ended, sign_in, views};
use crate::web::permission::ManagePeople;
use crate::web::{Context, Fields, Form, May, Message, Role, Submission, answer};

const PATH: &str = "/users/settings";
const SETTING: &str = "factor_required";
/// Of whom.
const CONCERNED: [Role; 2] = [Role::Administrator, Role::Manager];

/// Whether it does.
pub async fn is_on(connection: &mut Connection) -> QueryResult<bool> {
    let count: i64 = settings::table.find(SETTING).count().get_result(connection).await?;
    Ok(count > 0)
}

/// Whether somebody of this role needs a second factor.
pub async fn applies_to(role: Role, connection: &mut Connection) -> QueryResult<bool> {
    Ok(CONCERNED.contains(&role) && is_on(connection).await?)
}

async fn set(is_on: bool, connection: &mut Connection) -> QueryResult<()> {
    let done = match is_on {
        true => {
            diesel::insert_or_ignore_into(settings::table)
                .values((settings::name.eq(SETTING), settings::value.eq(&b"yes"[..])))
                .execute(connection)
                .await
        }
        false => diesel::delete(settings::table.find(SETTING)).execute(connection).await,
    };
    done.map(|_| ())
}

/// Ends the sign-ins of those whom the requirement concerns and who may have come in without meeting it, if it
/// is on: of all, or of one who is concerned since this transaction. They meet it at the next sign-in. Who
/// makes the change stays in with a passkey.
pub async fn enforce(only: Option<Id>, source: &Source, connection: &mut Connection) -> QueryResult<()> {
    if !is_on(connection).await? {
        return Ok(());
    }
    let with_codes = factors::table.filter(factors::confirmed_at.is_not_null()).select(factors::account_id);
    let with_passkeys = passkeys::table.select(passkeys::account_id);
    let actor = source.actor.id.unwrap_or(Id::NIL);
    let mut without = accounts::table
        .filter(accounts::role.eq_any(CONCERNED.map(Role::key)))
        .filter(accounts::id.ne_all(with_codes))
        // With a passkey one may have come in by the password alone.
        .filter(accounts::id.ne_all(with_passkeys).or(accounts::id.ne(actor)))
        .select(Account::as_select())
        .into_boxed();
    if let Some(id) = only {
        without = without.filter(accounts::id.eq(id));
    }
    for account in without.load::<Account>(connection).await? {
        if sign_in::end_all(account.id, None, ended::REQUIREMENT, connection).await? > 0 {
            source.record(Event::SignInEnded, &account, "second factor required", connection).await?;
        }
    }
    Ok(())
}

/// Why it stays as it is.
enum Refused {
    /// Who asks is no administrator any more.
    NotAllowed,
    /// Who asks would be out, too.
    WithoutFactor,
}

/// The setting.
#[handler]
pub async fn edit(app: &App, context: Context, _who: May<ManagePeople>) -> Result<Response> {
    let is_on = app.users.run(async |connection| is_on(connection).await).await?;
    Ok(show(app, &context, is_on, Form::default(), StatusCode::OK))
}

fn show(app: &App, context: &Context, is_on: bool, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(context.person_id());
    let page = || views::factor::requirement::page(context, is_on, &form);
    answer::form(context, status, page, || views::factor::requirement::form(context, is_on, &form))
}

/// Changes it. Whom it concerns is led to set a second factor up at the next sign-in, which is now.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    _who: May<ManagePeople>,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let wanted = match fields.get("factor_required") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::Unreadable("neither yes nor no")),
    };
    let (actor, source) = (context.person_id(), Source::of(request));
    let change = async move |connection: &mut Connection| {
        if !administration::may_act(&source, connection).await? {
            return Ok(Err(Refused::NotAllowed));
        }
        if wanted && !store::is_anything_set(actor, connection).await? {
            return Ok(Err(Refused::WithoutFactor));
        }
        set(wanted, connection).await?;
        let detail = if wanted { "required" } else { "not required" };
        source.record(Event::FactorRequirementChanged, Who::default(), detail, connection).await?;
        enforce(None, &source, connection).await?;
        Ok(Ok(()))
    };
    match submission.once(&app.users, change).await? {
        Once::Done(()) => {
            app.sessions.store().settle_or_later(None).await;
            Ok(answer::see_other(&context, PATH))
        }
        Once::Refused(Refused::NotAllowed) => Err(Error::Forbidden),
        Once::Refused(Refused::WithoutFactor) => {
            let mut form = Form::default();
            form.fail("", Message::new("factor-settings-own-first"));
            Ok(show(app, &context, false, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Once::OtherContent => Err(Error::ForeignSubmission),
    }
}
