//! Recovery codes: each stands for the second factor once.

use poem::{Request, Response, handler};

use super::factors::{self, State};
use super::proof::{self, Doubt, Problem};
use super::proven::Proven;
use super::store;
use crate::app::App;
use crate::db::Connection;
use crate::error::Result;
use crate::users::log::Event;
use crate::users::own::Owner;
use crate::users::views;
use crate::web::ticket::{Purpose, Seed};
use crate::web::{Context, Fields, Form, Submission, answer};

const COUNT: usize = 10;
/// Of 5 bits each: 140 bits, so many that a fast hash without salt is enough.
const CHARACTERS: usize = 28;

/// The codes that belong to a ticket: who repeats a form sees the same ones again, and they stand nowhere.
pub fn of(seed: &Seed) -> Vec<String> {
    (0..COUNT).map(|index| written(&seed.derive(&format!("recovery code {index}")))).collect()
}

/// Crockford's base32, in groups of four.
fn written(bytes: &[u8; 32]) -> String {
    let text = crate::id::BASE32.encode(bytes);
    let groups =
        text.as_bytes()[..CHARACTERS].chunks(4).map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join("-")
}

/// A code without what people type differently: case, gaps, and letters that look like digits.
pub fn normal(typed: &str) -> String {
    let plain = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
    let digits = plain.map(|c| match c {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    });
    digits.collect()
}

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
        (Ok(proven), Some(seed)) => renew(app, request, proven, of(&seed), submission).await,
    };
    match result {
        Ok(codes) => {
            Ok(answer::whole(&context, views::factor::codes::page(&context, &codes, "/account/factor")))
        }
        Err(doubt) => {
            let state = State::load(app, &owner).await?;
            doubt.answer(
                Form::default(),
                |problem| problem,
                |form, status| factors::answer(app, &context, state.with_renewal(form), status),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::web::Signer;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        for typed in ["01ab-cdef-ghjk-mnpq", " O1AB CDEF GHJK MNPQ ", "0iabcdefghjkmnpq", "0L-abcdefghjkmnpq"]
        {
            assert_eq!(normal(typed), "01abcdefghjkmnpq", "{typed}");
        }
    }

    #[test]
    fn ten_different_codes_of_140_bits_belong_to_a_ticket() {
        let signer = Signer::new(b"secret");
        let ticket = signer.ticket(Purpose::RecoveryCodes, Id::NIL, "");
        let seed = signer.open_ticket(&ticket, Purpose::RecoveryCodes, Id::NIL, "").unwrap();
        let codes = of(&seed);
        assert_eq!(codes, of(&seed));
        let different: std::collections::BTreeSet<_> = codes.iter().map(|code| normal(code)).collect();
        assert_eq!(different.len(), 10);
        assert!(different.iter().all(|code| code.len() == 28), "28 characters of 5 bits: {codes:?}");
        assert!(codes.iter().all(|code| code.split('-').count() == 7), "groups of four: {codes:?}");
    }
}
