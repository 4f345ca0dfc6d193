//! Tickets: what a replica signs for the next step of somebody who is not known to sessions yet, or of
//! something that must not be stored before it is confirmed. Any replica can check them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use rand::Rng;
use sha2::Sha256;
use time::{Duration, OffsetDateTime};
use tower_sessions_core::session::Id as SessionId;

use super::Signer;
use crate::id::Id;

/// What a ticket is good for; for anything else it is as good as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The password was right; a code is still to come.
    SecondStep,
    /// The password was right; a second factor has to be set up first.
    Enrolment,
    /// A second factor that a signed-in person is setting up.
    Setup,
    /// New recovery codes for a signed-in person.
    RecoveryCodes,
}

impl Purpose {
    fn key(self) -> &'static str {
        match self {
            Self::SecondStep => "ticket-second-step",
            Self::Enrolment => "ticket-enrolment",
            Self::Setup => "ticket-setup",
            Self::RecoveryCodes => "ticket-recovery-codes",
        }
    }

    /// A code is at hand; finding, installing and opening an application takes longer.
    fn lifetime(self) -> Duration {
        match self {
            Self::SecondStep => Duration::minutes(5),
            Self::Enrolment | Self::Setup | Self::RecoveryCodes => Duration::minutes(30),
        }
    }
}

/// 256 random bits, which exist nowhere but in the ticket: what is derived from them is the same each
/// time the ticket comes, and cannot be had from anything that is stored.
#[derive(Clone)]
pub struct Seed([u8; 32]);

impl Seed {
    /// 256 bits for a use of their own.
    pub fn derive(&self, what: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(what.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// Person, expiry, seed, code.
const LENGTH: usize = 16 + 8 + 32 + 32;

impl Signer {
    /// A ticket for a person. It is good as long as `state`, which is not in it, is what it is now.
    pub fn ticket(&self, purpose: Purpose, person: Id, state: &str) -> String {
        self.ticket_until(OffsetDateTime::now_utc() + purpose.lifetime(), purpose, person, state)
    }

    fn ticket_until(&self, expires: OffsetDateTime, purpose: Purpose, person: Id, state: &str) -> String {
        let seed = rand::rng().random::<[u8; 32]>();
        let signed = [&person.as_bytes()[..], &expires.unix_timestamp().to_be_bytes(), &seed].concat();
        let code = self.ticket_code(purpose, &signed, state).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([&signed[..], &code].concat())
    }

    /// The seed of a ticket, if it is one of this person, for this purpose, still good.
    pub fn open_ticket(&self, ticket: &str, purpose: Purpose, person: Id, state: &str) -> Option<Seed> {
        let bytes = decode(ticket)?;
        let (signed, code) = bytes.split_at(16 + 8 + 32);
        self.ticket_code(purpose, signed, state).verify_slice(code).ok()?;
        let expires = i64::from_be_bytes(signed[16..24].try_into().ok()?);
        let is_good =
            signed[..16] == person.as_bytes()[..] && OffsetDateTime::now_utc().unix_timestamp() < expires;
        is_good.then(|| Seed(signed[24..].try_into().expect("32 bytes are left")))
    }

    /// The id of the one session that a ticket can lead to. The installation's secret is in it: who only
    /// saw the ticket does not know it.
    pub fn session_id(&self, seed: &Seed) -> SessionId {
        self.session_id_of("ticket-session", &seed.0)
    }

    /// The same for something else that is good for one session.
    pub fn session_id_of(&self, what: &str, bytes: &[u8]) -> SessionId {
        let mut mac = self.0.clone();
        mac.update(what.as_bytes());
        mac.update(bytes);
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        SessionId(i128::from_le_bytes(bytes[..16].try_into().expect("16 of 32 bytes")))
    }

    fn ticket_code(&self, purpose: Purpose, signed: &[u8], state: &str) -> Hmac<Sha256> {
        let mut code = self.0.clone();
        code.update(purpose.key().as_bytes());
        code.update(signed);
        code.update(state.as_bytes());
        code
    }
}

/// Whom a ticket claims to be for: only `open_ticket` tells whether that is so.
pub fn claimant(ticket: &str) -> Option<Id> {
    decode(ticket)?.first_chunk().copied().map(Id::from_bytes)
}

fn decode(ticket: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(ticket).ok().filter(|bytes| bytes.len() == LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_good_for_one_person_one_purpose_and_the_state_it_was_made_in() {
        let (signer, ana) = (Signer::new(b"secret"), Id::new());
        let ticket = signer.ticket(Purpose::SecondStep, ana, "old password");
        let open =
            |signer: &Signer, purpose, person, state| signer.open_ticket(&ticket, purpose, person, state);
        assert_eq!(claimant(&ticket), Some(ana));
        assert!(open(&signer, Purpose::SecondStep, ana, "old password").is_some());
        assert!(open(&signer, Purpose::SecondStep, ana, "new password").is_none());
        assert!(open(&signer, Purpose::SecondStep, Id::new(), "old password").is_none());
        assert!(open(&signer, Purpose::Enrolment, ana, "old password").is_none());
        assert!(open(&Signer::new(b"other"), Purpose::SecondStep, ana, "old password").is_none());
    }

    #[test]
    fn an_expired_or_forged_ticket_is_none() {
        let (signer, ana) = (Signer::new(b"secret"), Id::new());
        let past = OffsetDateTime::now_utc() - Duration::seconds(1);
        let expired = signer.ticket_until(past, Purpose::Setup, ana, "");
        let good = signer.ticket(Purpose::Setup, ana, "");
        // Not the last character: some of its bits may stand for nothing.
        let other = if good.starts_with('A') { "B" } else { "A" };
        let changed = format!("{other}{}", &good[1..]);
        for ticket in [expired.as_str(), &changed, &good[1..], "", "x", &"A".repeat(10_000)] {
            assert!(signer.open_ticket(ticket, Purpose::Setup, ana, "").is_none(), "{ticket}");
        }
    }

    #[test]
    fn what_is_derived_is_the_same_each_time_and_differs_by_use_and_ticket() {
        let (signer, ana) = (Signer::new(b"secret"), Id::new());
        let tickets = [signer.ticket(Purpose::Setup, ana, ""), signer.ticket(Purpose::Setup, ana, "")];
        let [a, b] =
            tickets.each_ref().map(|ticket| signer.open_ticket(ticket, Purpose::Setup, ana, "").unwrap());
        assert_eq!(a.derive("x"), a.derive("x"));
        assert_ne!(a.derive("x"), a.derive("y"));
        assert_ne!(a.derive("x"), b.derive("x"));
        assert_ne!(signer.session_id(&a), signer.session_id(&b));
        assert_ne!(signer.session_id(&a), Signer::new(b"other").session_id(&a));
    }
}
