//! The setting that asks administrators and managers for a second factor.

use poem::http::StatusCode;
use poem::{Request, Response, handler};

use super::{administration, views};
use crate::app::App;
use crate::audit::log::{Event, Source, Who};
use crate::auth;
use crate::auth::second_factor::requirement::{self, enforce};
use crate::auth::second_factor::store;
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::web::{Context, Fields, Form, ManagePeople, May, Message, Submission, answer};

const PATH: &str = "/users/settings";

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
    let is_on = app.users.run(async |connection| requirement::is_on(connection).await).await?;
    Ok(show(app, &context, is_on, Form::default(), StatusCode::OK))
}

fn show(app: &App, context: &Context, is_on: bool, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(context.person_id());
    let page = || views::requirement::page(context, is_on, &form);
    answer::form(context, status, page, || views::requirement::form(context, is_on, &form))
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
        requirement::set(wanted, connection).await?;
        let detail = if wanted { "required" } else { "not required" };
        source.record(Event::FactorRequirementChanged, Who::default(), detail, connection).await?;
        enforce(None, &source, connection).await?;
        Ok(Ok(()))
    };
    match submission.once(&app.users, change).await? {
        Outcome::Done(()) => {
            auth::sessions(app).store().settle_or_later(None).await;
            Ok(answer::see_other(&context, PATH))
        }
        Outcome::Refused(Refused::NotAllowed) => Err(Error::Forbidden),
        Outcome::Refused(Refused::WithoutFactor) => {
            let mut form = Form::default();
            form.fail("", Message::new("factor-settings-own-first"));
            Ok(show(app, &context, false, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Outcome::KeyReused => Err(Error::ForeignSubmission),
    }
}
