//! Setting up a second factor while signing in, where the organisation requires one. The session begins after it.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use tower_sessions_core::Session;

use super::admission::admit;
use super::form::{HOME, start_over};
use super::ticket_holder::ticket_holder;
use crate::accounts::Account;
use crate::app::App;
use crate::auth::second_factor::{self, Proof};
use crate::auth::views::setup::{self, Setup};
use crate::auth::{Reauthentication, codes, requirement};
use crate::error::Result;
use crate::id::Id;
use crate::web::{Context, Fields, Form, Purpose, Submission, answer, origin};

const ACTION: &str = "/login/factor/new";

/// Sets it up, signs in, and shows the recovery codes.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    session: Data<&Session>,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let Some((account, seed)) = ticket_holder(app, fields.get("ticket"), Purpose::Enrolment).await? else {
        return Ok(start_over(app, &context, fields));
    };
    // Where it is not required, people set one up after signing in, with their password.
    let role = account.role();
    if !app.users.run(async |connection| requirement::applies_to(role, connection).await).await? {
        return Ok(start_over(app, &context, fields));
    }
    let by = Reauthentication::new(app, request, account.clone(), fields);
    // From elsewhere it is not the same form: nobody else is shown the codes.
    let submission = submission.with(&origin(request).bytes());
    let codes = match second_factor::enrol(app, by, &seed, fields.get("code"), submission).await {
        Ok(Ok(codes)) => codes,
        Ok(Err(_)) => return Ok(start_over(app, &context, fields)),
        Err(rejection) => {
            let mut form = Form::default();
            form.take(fields, &["ticket", "next", "code"]);
            let again = |form, status| show(app, &context, &account, form, status);
            return rejection.answer(form, "factor-away", again);
        }
    };
    let next = answer::local_path(fields.get("next"), HOME);
    let inside = Context { person: Some(account.person()), ..context.clone() };
    let mut response = answer::whole(&inside, codes::page(&inside, &codes, next));
    let proven = (&account, app.signer.session_id(&seed), Proof::Code.with_password());
    let admitted = admit(app, &session, request, proven, &mut response).await?;
    Ok(admitted.map_or_else(|_| start_over(app, &context, fields), |()| response))
}

/// The form, after the right password.
pub fn show(app: &App, context: &Context, account: &Account, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let ticket = form.value("ticket");
    let seed = app.signer.open_ticket(ticket, Purpose::Enrolment, account.id, &account.standing());
    let Some(seed) = seed else { return answer::see_other(context, "/login") };
    let shown = Setup::new(&second_factor::Secret::of(&seed), &account.email, ACTION, context.language);
    let page = || setup::page(context, &shown, &form);
    // The first time the key has to be seen, too, in the place of the form with the password.
    let part = || match form.is_valid() {
        true => setup::section(context, &shown, &form),
        false => setup::form(context, &shown, &form),
    };
    answer::form(context, status, page, part)
}
