//! Setting up a second factor.

use super::code::Secret;
use super::recovery_code;
use super::store::{self, Refusal};
use crate::app::App;
use crate::audit::Event;
use crate::auth::reauthentication::{Reauthentication, wrong_code};
use crate::db::{Connection, Outcome, granted};
use crate::web::{Rejection, Seed, Submission};

/// Stores the second factor of a ticket, and returns its recovery codes.
///
/// # Errors
///
/// See [`Rejection`]; a wrong code is one, any other [`Refusal`] is returned.
pub async fn enrol(
    app: &App,
    by: Reauthentication,
    seed: &Seed,
    typed: &str,
    submission: Submission,
) -> Result<Result<Vec<String>, Refusal>, Rejection> {
    let (secret, codes) = (Secret::of(seed), recovery_code::of(seed));
    let (stored, typed) = (codes.clone(), typed.to_owned());
    let change = async move |connection: &mut Connection| {
        if !by.holds(connection).await? {
            return Ok(Err(Refusal::Outdated));
        }
        granted!(store::insert(by.account.id, &secret, &typed, &stored, connection).await?);
        by.announce(Event::FactorAdded, "", connection).await?;
        Ok(Ok(()))
    };
    match submission.once(&app.users, change).await? {
        Outcome::Done(()) => Ok(Ok(codes)),
        Outcome::Refused(Refusal::WrongCode) => Err(wrong_code()),
        Outcome::Refused(refusal) => Ok(Err(refusal)),
        Outcome::KeyReused => Err(Rejection::KeyReused),
    }
}
