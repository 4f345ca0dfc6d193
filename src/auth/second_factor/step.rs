//! The second step of signing in. Between the two steps there is no session, only a ticket in the form.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use tower_sessions_core::Session;

use super::store::{self, Proof};
use super::{enrolment, requirement};
use crate::accounts::account::Account;
use crate::app::App;
use crate::audit::log::{self, Event, Source, Who};
use crate::auth::reauthentication::proof;
use crate::auth::second_factor::ticket_holder::ticket_holder;
use crate::auth::sign_in::admission::admit;
use crate::auth::sign_in::form;
use crate::auth::sign_in::form::start_over;
use crate::auth::views;
use crate::db::Connection;
use crate::error::Result;
use crate::id::Id;
use crate::web::{Context, Fields, Form, Message, Purpose, Submission, answer, origin};

/// What is still to come after the right password.
pub enum Step {
    Code(Account),
    /// The organisation asks for a second factor, and there is none.
    Enrolment(Account),
}

/// What is still to come, by what is stored now.
///
/// # Errors
///
/// When the database is away.
pub async fn after_password(app: &App, account: &Account) -> Result<Option<Step>> {
    let look = async |connection: &mut Connection| {
        // The account as its password was verified, to which tickets are bound.
        if store::is_set(account.id, connection).await? {
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

/// Takes the code, and signs in.
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
    match accept(app, request, submission, fields, &account).await {
        Ok(()) => {
            // A ticket opens one session, and a form that comes again leads to that one.
            let id = app.signer.session_id(&seed);
            let next = answer::local_path(fields.get("next"), form::HOME);
            let mut response = answer::see_other(&context, next);
            let by = Proof::of(typed(fields)).with_password();
            let admitted = admit(app, &session, request, (&account, id, by), &mut response).await?;
            Ok(admitted.map_or_else(|_| start_over(app, &context, fields), |()| response))
        }
        Err(doubt) => {
            record(app, request, &account, &doubt);
            let mut form = Form::default();
            form.take(fields, &["ticket", "email", "next"]);
            let field = if fields.get("recovery_code").is_empty() { "code" } else { "recovery_code" };
            let wrong = |()| (field, Message::new("factor-code-wrong"));
            doubt.answer(form, wrong, |form, status| show(app, &context, form, status))
        }
    }
}

/// What stands in one of the two fields.
fn typed(fields: &Fields) -> &str {
    let typed = [fields.get("recovery_code"), fields.get("code")];
    typed.into_iter().find(|typed| !typed.is_empty()).unwrap_or_default()
}

async fn accept(
    app: &App,
    request: &Request,
    submission: Submission,
    fields: &Fields,
    account: &Account,
) -> Result<(), proof::Doubt<()>> {
    let (id, who, source) = (account.id, Who::from(account), Source::of(request).by(account));
    let typed = typed(fields).to_owned();
    let change = async move |connection: &mut Connection| {
        match store::accept(id, &typed, connection).await? {
            None => return Ok(Err(())),
            Some(Proof::Code) => {}
            Some(Proof::RecoveryCode) => source.record(Event::RecoveryCodeUsed, who, "", connection).await?,
        }
        Ok(Ok(()))
    };
    proof::code(app, request, account, |()| true, submission.once(&app.users, change)).await
}

fn record(app: &App, request: &Request, account: &Account, doubt: &proof::Doubt<()>) {
    let event = match doubt {
        proof::Doubt::Refused(()) => Event::SignInFailed,
        proof::Doubt::Throttled(_) => Event::SignInThrottled,
        _ => return,
    };
    log::record_later(app, Source::of(request), event, account.into(), "second factor".into());
}

fn show(app: &App, context: &Context, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::second_step::page(context, &form);
    answer::form(context, status, page, || views::second_step::fragment(context, &form))
}
