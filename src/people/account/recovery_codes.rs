//! One's own recovery codes: making new ones.

use poem::{Request, Response, handler};

use super::Owner;
use super::factor::{self, State};
use crate::app::App;
use crate::audit::log::Event;
use crate::auth::reauthentication::proof::{self, Doubt, Problem};
use crate::auth::reauthentication::proven::Proven;
use crate::auth::second_factor::{recovery_code, store};
use crate::auth::views::codes;
use crate::db::Connection;
use crate::error::Result;
use crate::web::{Context, Fields, Form, Purpose, Submission, answer};

/// Makes new codes and shows them; the ones before are good no more.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let proven = proof::password(app, request, &owner.person, fields).await;
    let seed = app.signer.open_ticket(fields.get("ticket"), Purpose::RecoveryCodes, owner.person.id, "");
    let result = match (proven, seed) {
        (Err(doubt), _) => Err(doubt),
        (Ok(_), None) => Err(Doubt::Changed),
        (Ok(proven), Some(seed)) => renew(app, request, proven, recovery_code::of(&seed), submission).await,
    };
    match result {
        Ok(made) => Ok(answer::whole(&context, codes::page(&context, &made, "/account/factor"))),
        Err(doubt) => {
            let state = State::load(app, &owner).await?;
            doubt.answer(
                Form::default(),
                |problem| problem,
                |form, status| factor::answer(app, &context, state.with_renewal(form), status),
            )
        }
    }
}

async fn renew(
    app: &App,
    request: &Request,
    proven: Proven,
    codes: Vec<String>,
    submission: Submission,
) -> Result<Vec<String>, Doubt<Problem>> {
    let (by, stored) = (proven.clone(), codes.clone());
    let change = async move |connection: &mut Connection| {
        let id = by.account.id;
        if let Err(flaw) = by.take(connection).await? {
            return Ok(Err(flaw.into()));
        }
        if !store::is_set(id, connection).await? {
            return Ok(Err(proof::wrong_code()));
        }
        store::replace_recovery_codes(id, &stored, connection).await?;
        by.tell(Event::RecoveryCodesMade, "", connection).await?;
        Ok(Ok(()))
    };
    let change = submission.once(&app.users, change);
    proven.done(app, request, proof::is_code, change).await.map(|()| codes)
}
