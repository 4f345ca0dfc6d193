//! The second step of signing in. Between the two steps there is no session, only a ticket in the form.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use tower_sessions_core::Session;

use super::admission::admit;
use super::enrolment;
use super::form::{HOME, start_over};
use super::ticket_holder::ticket_holder;
use crate::accounts::Account;
use crate::app::App;
use crate::audit::{Event, Source, Who};
use crate::auth::attempt::{self, SIGN_IN};
use crate::auth::requirement;
use crate::auth::second_factor::{self, Proof};
use crate::auth::views::second_step as views;
use crate::db::Connection;
use crate::error::Result;
use crate::id::Id;
use crate::web::{Context, Fields, Form, Message, Purpose, Rejection, Submission, answer, origin};

/// What is still missing after the right password.
pub enum Step {
    Code(Account),
    /// The organisation requires a second factor, and there is none.
    Enrolment(Account),
}

/// What is still missing, by what is stored now.
///
/// # Errors
///
/// When the database is away.
pub async fn after_password(app: &App, account: &Account) -> Result<Option<Step>> {
    let look = async |connection: &mut Connection| {
        // The account as its password was verified: tickets are bound to that.
        if second_factor::is_set(account.id, connection).await? {
            return Ok(Some(Step::Code(account.clone())));
        }
        let is_required = requirement::applies_to(account.role(), connection).await?;
        Ok(is_required.then(|| Step::Enrolment(account.clone())))
    };
    app.users.run(look).await
}

impl Step {
    /// The form for it, which leads to `next`.
    pub fn ask(&self, app: &App, context: &Context, next: &str) -> Response {
        let mut form = Form::default();
        form.set("next", next);
        match self {
            Self::Code(account) => {
                form.set("email", &account.email);
                let ticket = app.signer.ticket(Purpose::SecondStep, account.id, &account.standing());
                form.set("ticket", ticket);
                show(app, context, form, StatusCode::OK)
            }
            Self::Enrolment(account) => {
                let ticket = app.signer.ticket(Purpose::Enrolment, account.id, &account.standing());
                form.set("ticket", ticket);
                enrolment::show(app, context, account, form, StatusCode::OK)
            }
        }
    }
}

/// Accepts the code, and signs in.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    session: Data<&Session>,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let Some((account, seed)) = ticket_holder(app, fields.get("ticket"), Purpose::SecondStep).await? else {
        return Ok(start_over(app, &context, fields));
    };
    // From elsewhere it is not the same form: a code is good for one sign-in.
    let submission = submission.with(&origin(request).bytes());
    if let Err(rejection) = accept(app, request, submission, fields, &account).await {
        attempt::record(app, request, &rejection, SIGN_IN, &account, "second factor");
        let mut form = Form::default();
        form.take(fields, &["ticket", "email", "next"]);
        return rejection.answer(form, "factor-away", |form, status| show(app, &context, form, status));
    }
    let mut response = answer::see_other(&context, answer::local_path(fields.get("next"), HOME));
    // A ticket opens one session, and a replay of the form leads to that one.
    let proven = (&account, app.signer.session_id(&seed), Proof::of(typed(fields).1).with_password());
    let admitted = admit(app, &session, request, proven, &mut response).await?;
    Ok(admitted.map_or_else(|_| start_over(app, &context, fields), |()| response))
}

/// The field that was filled in, and what was typed there.
fn typed(fields: &Fields) -> (&'static str, &str) {
    let typed = ["recovery_code", "code"].map(|field| (field, fields.get(field)));
    typed.into_iter().find(|(_, text)| !text.is_empty()).unwrap_or(("code", ""))
}

async fn accept(
    app: &App,
    request: &Request,
    submission: Submission,
    fields: &Fields,
    account: &Account,
) -> Result<(), Rejection> {
    let (id, who, source) = (account.id, Who::from(account), Source::of(request).by(account));
    let (field, typed) = typed(fields);
    let typed = typed.to_owned();
    let change = async move |connection: &mut Connection| {
        match second_factor::accept(id, &typed, connection).await? {
            None => return Ok(Err(Rejection::Refused(field, Message::new("factor-code-wrong")))),
            Some(Proof::Code) => {}
            Some(Proof::RecoveryCode) => source.record(Event::RecoveryCodeUsed, who, "", connection).await?,
        }
        Ok(Ok(()))
    };
    let change = submission.change(&app.users, change);
    attempt::code(app, request, account, attempt::is_refused, change).await
}

fn show(app: &App, context: &Context, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    answer::form(context, status, || views::page(context, &form), || views::form(context, &form))
}
