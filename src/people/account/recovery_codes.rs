//! One's own recovery codes: making new ones.

use poem::{Request, Response, handler};

use super::{Owner, factor};
use crate::app::App;
use crate::audit::Event;
use crate::auth::{codes, reauthentication, recovery_code, second_factor};
use crate::db::{Connection, granted};
use crate::error::Result;
use crate::people::views::factor::Shown;
use crate::web::{Context, Fields, Form, Person, Purpose, Rejection, Submission, answer};

/// Makes new codes and shows them; earlier ones stop working.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    match renew(app, request, &owner.person, fields, submission).await {
        Ok(made) => Ok(answer::whole(&context, codes::page(&context, &made, "/account/factor"))),
        Err(rejection) => {
            let shown = factor::load(app, &owner).await?;
            let again = |renewal, status| factor::answer(app, &context, Shown { renewal, ..shown }, status);
            rejection.answer(Form::default(), factor::AWAY, again)
        }
    }
}

async fn renew(
    app: &App,
    request: &Request,
    person: &Person,
    fields: &Fields,
    submission: Submission,
) -> Result<Vec<String>, Rejection> {
    let by = reauthentication::password(app, request, person, fields).await?;
    let seed = app.signer.open_ticket(fields.get("ticket"), Purpose::RecoveryCodes, person.id, "");
    let codes = recovery_code::of(&seed.ok_or(Rejection::KeyReused)?);
    let (for_change, stored) = (by.clone(), codes.clone());
    let change = async move |connection: &mut Connection| {
        let (by, id) = (&for_change, for_change.account.id);
        granted!(by.accept(connection).await?);
        if !second_factor::is_set(id, connection).await? {
            return Ok(Err(reauthentication::wrong_code()));
        }
        second_factor::replace_recovery_codes(id, &stored, connection).await?;
        by.announce(Event::RecoveryCodesMade, "", connection).await?;
        Ok(Ok(()))
    };
    by.change(app, request, submission.change(&app.users, change)).await.map(|()| codes)
}
