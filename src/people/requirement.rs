//! The setting that requires a second factor of administrators and managers.

use diesel::QueryResult;
use poem::http::StatusCode;
use poem::{Request, Response, handler};

use super::{administration, views};
use crate::app::App;
use crate::audit::{Event, Source, Who};
use crate::auth::{self, requirement, second_factor};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Fields, Form, Rejection, Submission, answer};

const PATH: &str = "/users/settings";

/// The setting.
#[handler]
pub async fn edit(app: &App, context: Context) -> Result<Response> {
    let is_on = app.users.run(async |connection| requirement::is_on(connection).await).await?;
    Ok(show(app, &context, is_on, Form::default(), StatusCode::OK))
}

fn show(app: &App, context: &Context, is_on: bool, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(context.person_id());
    let page = || views::requirement::page(context, is_on, &form);
    answer::form(context, status, page, || views::requirement::form(context, is_on, &form))
}

/// Changes it. Ends the sign-ins of people who lack what is now required.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let is_required = match fields.get("factor_required") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::Unreadable("neither yes nor no")),
    };
    let (id, source) = (context.person_id(), Source::of(request));
    let change = async move |connection: &mut Connection| set(is_required, id, &source, connection).await;
    match auth::change(app, submission, None, change).await {
        Ok(()) => Ok(answer::see_other(&context, PATH)),
        Err(rejection) => {
            let is_on = app.users.run(async |connection| requirement::is_on(connection).await).await?;
            let again = |form, status| show(app, &context, is_on, form, status);
            rejection.answer(Form::default(), "submission-away", again)
        }
    }
}

/// Sets it, unless that would sign out the administrator who asks.
async fn set(
    is_required: bool,
    administrator: Id,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Rejection>> {
    if !administration::may_act(source, connection).await? {
        return Ok(Err(Error::Forbidden.into()));
    }
    if is_required && !second_factor::is_anything_set(administrator, connection).await? {
        return Ok(Err(Rejection::whole("factor-settings-own-first")));
    }
    requirement::set(is_required, connection).await?;
    let detail = if is_required { "required" } else { "not required" };
    source.record(Event::FactorRequirementChanged, Who::default(), detail, connection).await?;
    requirement::enforce(None, source, connection).await?;
    Ok(Ok(()))
}
