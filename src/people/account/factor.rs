//! One's own second factor: what there is, setting it up, removing it.

use poem::http::StatusCode;
use poem::{Request, Response, handler};

use super::{Owner, others};
use crate::app::App;
use crate::audit::log::Event;
use crate::auth::reauthentication::proof::{self, Doubt, Problem};
use crate::auth::reauthentication::proven::{Proven, takes_code};
use crate::auth::second_factor::code::Secret;
use crate::auth::second_factor::enrolment::enrol;
use crate::auth::second_factor::requirement;
use crate::auth::second_factor::store::{self, Refusal};
use crate::auth::views::codes;
use crate::auth::views::setup::{self, Setup};
use crate::db::Connection;
use crate::error::Result;
use crate::people::views;
use crate::web::{Context, Fields, Form, Message, Person, Purpose, SignedIn, Submission, answer};

/// Where a person's second factor is looked after.
const HOME: &str = "/account/factor";

/// A person's second factor, as their page shows it.
pub struct State {
    pub is_set: bool,
    /// Whether the organisation asks for one of people of this role.
    pub is_required: bool,
    pub recovery_codes_left: u64,
    /// The key of the form that ends all other sign-ins, where there are any.
    pub others: Option<String>,
    /// New recovery codes.
    pub renewal: Form,
    pub removal: Form,
}

impl State {
    /// As it is stored.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn load(app: &App, owner: &Owner) -> Result<Self> {
        let (id, role) = (owner.person.id, owner.person.role);
        let others = others(app, owner).await?;
        let load = async |connection: &mut Connection| {
            Ok(Self {
                is_set: store::is_set(id, connection).await?,
                is_required: requirement::applies_to(role, connection).await?,
                recovery_codes_left: store::recovery_codes_left(id, connection).await?,
                others: None,
                renewal: Form::default(),
                removal: Form::default(),
            })
        };
        Ok(Self { others, ..app.users.run(load).await? })
    }

    pub fn with_renewal(self, renewal: Form) -> Self {
        Self { renewal, ..self }
    }

    fn with_removal(self, removal: Form) -> Self {
        Self { removal, ..self }
    }
}

/// The page, or the part of it in which something is wrong; with fresh keys for its forms.
pub fn answer(app: &App, context: &Context, mut state: State, status: StatusCode) -> Response {
    let id = context.person_id();
    state.renewal.submission = app.signer.issue(id);
    state.renewal.set("ticket", app.signer.ticket(Purpose::RecoveryCodes, id, ""));
    state.removal.submission = app.signer.issue(id);
    let page = || views::factor::page(context, &state);
    let fragment = || match state.removal.is_valid() {
        true => views::factor::renewal(context, &state.renewal),
        false => views::factor::removal(context, &state.removal),
    };
    answer::form(context, status, page, fragment)
}

/// What there is.
#[handler]
pub async fn show(app: &App, context: Context, owner: Owner) -> Result<Response> {
    let state = State::load(app, &owner).await?;
    Ok(answer(app, &context, state, StatusCode::OK))
}

/// The key for the application, and the form that confirms it. Nothing is stored yet.
#[handler]
pub async fn new(app: &App, context: Context, who: SignedIn) -> Result<Response> {
    let id = who.0.id;
    if takes_code(app, id).await? {
        return Ok(answer::see_other(&context, HOME));
    }
    let mut form = Form::default();
    form.set("ticket", app.signer.ticket(Purpose::Setup, id, ""));
    Ok(set_up(app, &context, &who.0, form, StatusCode::OK))
}

/// Sets it up, and shows the recovery codes.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    who: SignedIn,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let mut form = Form::default();
    form.take(fields, &["ticket", "code"]);
    let Some(seed) = app.signer.open_ticket(form.value("ticket"), Purpose::Setup, who.0.id, "") else {
        return Ok(answer::see_other(&context, &format!("{HOME}/new")));
    };
    let again = |form, status| set_up(app, &context, &who.0, form, status);
    let proven = match proof::password(app, request, &who.0, fields).await {
        Ok(proven) => proven,
        Err(doubt) => return doubt.answer(form, |problem| problem, again),
    };
    match enrol(app, proven, &seed, form.value("code"), submission).await {
        Ok(codes) => Ok(answer::whole(&context, codes::page(&context, &codes, HOME))),
        Err(Doubt::Refused(Refusal::AlreadySet)) => Ok(answer::see_other(&context, HOME)),
        Err(Doubt::Refused(Refusal::Outdated)) => {
            Doubt::Refused(proof::wrong_password()).answer(form, |problem| problem, again)
        }
        Err(doubt) => doubt.answer(form, |_| proof::wrong_code(), again),
    }
}

fn set_up(app: &App, context: &Context, person: &Person, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(person.id);
    let seed = app.signer.open_ticket(form.value("ticket"), Purpose::Setup, person.id, "");
    let Some(seed) = seed else { return answer::see_other(context, HOME) };
    let secret = Secret::of(&seed);
    let shown = Setup::new(&secret, &person.email, HOME, context.language);
    let page = || setup::page(context, &shown, &form);
    answer::form(context, status, page, || setup::form(context, &shown, &form))
}

/// Removes it: with the password and a code.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let removed = match proof::password(app, request, &owner.person, fields).await {
        Ok(proven) => remove(app, request, proven, submission).await,
        Err(doubt) => Err(doubt),
    };
    match removed {
        Ok(()) => Ok(answer::see_other(&context, HOME)),
        Err(doubt) => {
            let state = State::load(app, &owner).await?;
            let again = |form, status| answer(app, &context, state.with_removal(form), status);
            doubt.answer(Form::default(), |problem| problem, again)
        }
    }
}

async fn remove(
    app: &App,
    request: &Request,
    proven: Proven,
    submission: Submission,
) -> Result<(), Doubt<Problem>> {
    let by = proven.clone();
    let change = async move |connection: &mut Connection| {
        if requirement::applies_to(by.account.role(), connection).await? {
            return Ok(Err(("", Message::new("factor-required-for-you"))));
        }
        if let Err(flaw) = by.take(connection).await? {
            return Ok(Err(flaw.into()));
        }
        if store::delete(by.account.id, connection).await? {
            by.tell(Event::FactorRemoved, "", connection).await?;
        }
        Ok(Ok(()))
    };
    proven.done(app, request, proof::is_code, submission.once(&app.users, change)).await
}
