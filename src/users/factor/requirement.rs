//! Whether the organisation asks administrators and managers for a second factor.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use poem::http::StatusCode;
use poem::{Request, Response, handler};

use crate::app::App;
use crate::db::users_schema::settings;
use crate::db::{Connection, Once};
use crate::error::{Error, Result};
use crate::users::administration;
use crate::users::log::{Event, Source, Who};
use crate::users::views;
use crate::web::permission::ManagePeople;
use crate::web::{Context, Fields, May, Role, Submission, answer};

const PATH: &str = "/users/settings";
const SETTING: &str = "factor_required";

/// Whether it does.
pub async fn is_on(connection: &mut Connection) -> QueryResult<bool> {
    let count: i64 = settings::table.find(SETTING).count().get_result(connection).await?;
    Ok(count > 0)
}

/// Whether somebody of this role needs a second factor.
pub async fn applies_to(role: Role, connection: &mut Connection) -> QueryResult<bool> {
    Ok(matches!(role, Role::Administrator | Role::Manager) && is_on(connection).await?)
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

/// The setting.
#[handler]
pub async fn edit(app: &App, context: Context, _who: May<ManagePeople>) -> Result<Response> {
    let is_on = app.users.run(async |connection| is_on(connection).await).await?;
    let submission = app.signer.issue(context.person_id());
    Ok(answer::html(StatusCode::OK, views::factor::requirement::page(&context, is_on, &submission)))
}

/// Changes it. Whom it concerns is led to set a second factor up at the next sign-in.
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
    let source = Source::of(request);
    let change = async move |connection: &mut Connection| {
        if !administration::may_act(&source, connection).await? {
            return Ok(Err(()));
        }
        set(wanted, connection).await?;
        let detail = if wanted { "required" } else { "not required" };
        source.record(Event::FactorRequirementChanged, Who::default(), detail, connection).await?;
        Ok(Ok(()))
    };
    match submission.once(&app.users, change).await? {
        Once::Done(()) => Ok(answer::see_other(&context, PATH)),
        Once::Refused(()) => Err(Error::Forbidden),
        Once::OtherContent => Err(Error::ForeignSubmission),
    }
}
