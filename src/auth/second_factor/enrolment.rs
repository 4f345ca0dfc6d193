//! Setting up a second factor on the way in, where the organisation asks for one. There is a session only
//! after it.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use tower_sessions_core::Session;

use super::code::Secret;
use super::recovery_code;
use super::requirement;
use super::store::{self, Proof, Refusal};
use super::ticket_holder::ticket_holder;
use crate::accounts::account::Account;
use crate::app::App;
use crate::audit::log::Event;
use crate::auth::reauthentication::proof::{self, Doubt};
use crate::auth::reauthentication::proven::Proven;
use crate::auth::sign_in::admission::admit;
use crate::auth::sign_in::form;
use crate::auth::sign_in::form::start_over;
use crate::auth::views;
use crate::auth::views::setup::Setup;
use crate::db::Connection;
use crate::error::Result;
use crate::id::Id;
use crate::web::{Context, Fields, Form, Purpose, Seed, Submission, answer, origin};

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
    // Whom it is not asked of sets one up when signed in, with the password.
    let role = account.role();
    if !app.users.run(async |connection| requirement::applies_to(role, connection).await).await? {
        return Ok(start_over(app, &context, fields));
    }
    let proven = Proven::new(app, request, account.clone(), fields);
    // From elsewhere it is not the same form: nobody else is shown the codes.
    let submission = submission.with(&origin(request).bytes());
    match enrol(app, proven, &seed, fields.get("code"), submission).await {
        Ok(codes) => {
            let next = answer::local_path(fields.get("next"), form::HOME);
            let inside = Context { person: Some(account.person()), ..context.clone() };
            let page = views::codes::page(&inside, &codes, next);
            let mut response = answer::whole(&inside, page);
            let proven = (&account, app.signer.session_id(&seed), Proof::Code.with_password());
            let admitted = admit(app, &session, request, proven, &mut response).await?;
            Ok(admitted.map_or_else(|_| start_over(app, &context, fields), |()| response))
        }
        Err(Doubt::Refused(Refusal::AlreadySet | Refusal::Outdated)) => Ok(start_over(app, &context, fields)),
        Err(doubt) => {
            let mut form = Form::default();
            form.take(fields, &["ticket", "next", "code"]);
            let again = |form, status| show(app, &context, &account, form, status);
            doubt.answer(form, |_| proof::wrong_code(), again)
        }
    }
}

/// The form, after the right password.
pub(super) fn show(
    app: &App,
    context: &Context,
    account: &Account,
    mut form: Form,
    status: StatusCode,
) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let ticket = form.value("ticket");
    let seed = app.signer.open_ticket(ticket, Purpose::Enrolment, account.id, &account.standing());
    let Some(seed) = seed else { return answer::see_other(context, "/login") };
    let secret = Secret::of(&seed);
    let setup = Setup::new(&secret, &account.email, ACTION, context.language);
    let page = || views::setup::page(context, &setup, &form);
    // The key has to be seen the first time, in the place of the form with the password.
    let part = || match form.is_valid() {
        true => views::setup::section(context, &setup, &form),
        false => views::setup::form(context, &setup, &form),
    };
    answer::form(context, status, page, part)
}

/// Stores the second factor of a ticket, and says its recovery codes.
pub async fn enrol(
    app: &App,
    by: Proven,
    seed: &Seed,
    typed: &str,
    submission: Submission,
) -> Result<Vec<String>, Doubt<Refusal>> {
    let (secret, codes) = (Secret::of(seed), recovery_code::of(seed));
    let (stored, typed) = (codes.clone(), typed.to_owned());
    let change = async move |connection: &mut Connection| {
        if !by.holds(connection).await? {
            return Ok(Err(Refusal::Outdated));
        }
        if let Err(refusal) = store::insert(by.account.id, &secret, &typed, &stored, connection).await? {
            return Ok(Err(refusal));
        }
        by.tell(Event::FactorAdded, "", connection).await?;
        Ok(Ok(()))
    };
    proof::done(submission.once(&app.users, change).await?).map(|()| codes)
}
