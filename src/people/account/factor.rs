//! One's own second factor: what there is, setting it up, removing it.

use poem::http::StatusCode;
use poem::{Request, Response, handler};

use super::{Owner, others};
use crate::app::App;
use crate::audit::Event;
use crate::auth::{codes, reauthentication, requirement, second_factor, setup, takes_code};
use crate::db::Connection;
use crate::error::Result;
use crate::people::views;
use crate::web::ticket::Purpose;
use crate::web::{Context, Fields, Form, Person, Rejection, SignedIn, Submission, answer};

/// Where a person's second factor is looked after.
const HOME: &str = "/account/factor";
/// What the forms say when a back end is away.
pub const AWAY: &str = "factor-away";

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
                is_set: second_factor::is_set(id, connection).await?,
                is_required: requirement::applies_to(role, connection).await?,
                recovery_codes_left: second_factor::recovery_codes_left(id, connection).await?,
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
    let enrolled = async {
        let by = reauthentication::password(app, request, &who.0, fields).await?;
        let wrong_password = by.wrong_password();
        match second_factor::enrol(app, by, &seed, form.value("code"), submission).await? {
            Ok(codes) => Ok(answer::whole(&context, codes::page(&context, &codes, HOME))),
            Err(second_factor::Refusal::AlreadySet) => Ok(answer::see_other(&context, HOME)),
            Err(_) => Err(wrong_password),
        }
    };
    match enrolled.await {
        Ok(response) => Ok(response),
        Err(rejection) => {
            let again = |form, status| set_up(app, &context, &who.0, form, status);
            rejection.answer(form, AWAY, again)
        }
    }
}

fn set_up(app: &App, context: &Context, person: &Person, mut form: Form, status: StatusCode) -> Response {
    form.submission = app.signer.issue(person.id);
    let seed = app.signer.open_ticket(form.value("ticket"), Purpose::Setup, person.id, "");
    let Some(seed) = seed else { return answer::see_other(context, HOME) };
    let secret = second_factor::Secret::of(&seed);
    let shown = setup::Setup::new(&secret, &person.email, HOME, context.language);
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
    match remove(app, request, &owner.person, fields, submission).await {
        Ok(()) => Ok(answer::see_other(&context, HOME)),
        Err(rejection) => {
            let state = State::load(app, &owner).await?;
            let again = |form, status| answer(app, &context, state.with_removal(form), status);
            rejection.answer(Form::default(), AWAY, again)
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
    let for_change = by.clone();
    let change = async move |connection: &mut Connection| {
        let by = for_change;
        if requirement::applies_to(by.account.role(), connection).await? {
            return Ok(Err(Rejection::whole("factor-required-for-you")));
        }
        if let Err(rejection) = by.accept(connection).await? {
            return Ok(Err(rejection));
        }
        if second_factor::delete(by.account.id, connection).await? {
            by.announce(Event::FactorRemoved, "", connection).await?;
        }
        Ok(Ok(()))
    };
    by.change(app, request, submission.change(&app.users, change)).await
}
