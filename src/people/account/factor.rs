//! One's own second factor: what there is, setting it up, removing it.

use poem::http::StatusCode;
use poem::{Request, Response, handler};

use super::Owner;
use super::sign_ins::others;
use crate::app::App;
use crate::audit::Event;
use crate::auth::{codes, reauthentication, requirement, second_factor, setup, takes_code};
use crate::db::{Connection, granted};
use crate::error::Result;
use crate::people::views::factor::{self as views, Shown};
use crate::web::{Context, Fields, Form, Person, Purpose, Rejection, SignedIn, Submission, answer};

/// The page.
const HOME: &str = "/account/factor";
/// What the forms say when a back end is away.
pub const AWAY: &str = "factor-away";

/// What the page shows, as it is stored.
///
/// # Errors
///
/// When the database is away.
pub async fn load(app: &App, owner: &Owner) -> Result<Shown> {
    let (id, role) = (owner.person.id, owner.person.role);
    let others = others(app, owner).await?;
    let load = async |connection: &mut Connection| {
        Ok(Shown {
            is_set: second_factor::is_set(id, connection).await?,
            is_required: requirement::applies_to(role, connection).await?,
            recovery_codes_left: second_factor::recovery_codes_left(id, connection).await?,
            ..Shown::default()
        })
    };
    Ok(Shown { others, ..app.users.run(load).await? })
}

/// The page, or the rejected form of it, with fresh keys.
pub fn answer(app: &App, context: &Context, mut shown: Shown, status: StatusCode) -> Response {
    let id = context.person_id();
    shown.renewal.submission = app.signer.issue(id);
    shown.renewal.set("ticket", app.signer.ticket(Purpose::RecoveryCodes, id, ""));
    shown.removal.submission = app.signer.issue(id);
    let page = || views::page(context, &shown);
    let fragment = || match shown.removal.is_valid() {
        true => views::renewal(context, &shown.renewal),
        false => views::removal(context, &shown.removal),
    };
    answer::form(context, status, page, fragment)
}

/// Whether it is set up, and how many recovery codes are left.
#[handler]
pub async fn show(app: &App, context: Context, owner: Owner) -> Result<Response> {
    Ok(answer(app, &context, load(app, &owner).await?, StatusCode::OK))
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
            let shown = load(app, &owner).await?;
            let again = |removal, status| answer(app, &context, Shown { removal, ..shown }, status);
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
        granted!(by.accept(connection).await?);
        if second_factor::delete(by.account.id, connection).await? {
            by.announce(Event::FactorRemoved, "", connection).await?;
        }
        Ok(Ok(()))
    };
    by.change(app, request, submission.change(&app.users, change)).await
}
