//! The hidden field `_submission`: the idempotency key of one rendering of a form.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use poem::{FromRequest, Request, RequestBody};
use sha2::Sha256;
use time::{Duration, OffsetDateTime};
use tower_sessions_core::session::Id as SessionId;

use super::{Fields, Rejection};
use crate::db::{self, Database, Outcome, Work};
use crate::error::{Error, Result};
use crate::id::Id;

/// Makes and checks keys. Every replica has the same secret.
#[derive(Clone)]
pub struct Signer(pub(super) Hmac<Sha256>);

/// Bytes of the code that binds a key to a person; RFC 2104, section 5 allows cutting it to 128 bits.
const CODE: usize = 16;
/// How far the clocks of two replicas may differ.
const SKEW: Duration = Duration::hours(1);
/// How long a key is good. Its claim is forgotten after [`db::KEPT`]; three clocks may be involved.
const GOOD: Duration = db::KEPT.saturating_sub(Duration::hours(2));
/// How long a form of a visitor leads to the same session.
const FRESH: Duration = Duration::hours(12);

impl Signer {
    pub fn new(secret: &[u8]) -> Self {
        Self(Hmac::new_from_slice(secret).expect("HMAC takes keys of any length"))
    }

    /// A fresh key for a form that is shown to this person ([`Id::NIL`]: to a visitor).
    pub fn issue(&self, person: Id) -> String {
        let key = Id::new();
        let code = self.code(key, person).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([key.as_bytes(), &code[..CODE]].concat())
    }

    /// The key, if it was issued to this person, whenever that was.
    pub fn check(&self, token: &str, person: Id) -> Option<Id> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (key, code) = bytes.split_first_chunk::<16>()?;
        let key = Id::from_bytes(*key);
        if code.len() != CODE {
            return None;
        }
        self.code(key, person).verify_truncated_left(code).ok()?;
        Some(key)
    }

    /// The id of the one session that a form can begin, if its key is younger than twelve hours: rows of sessions are
    /// kept longer than that.
    pub fn session_id_by_form(&self, key: Id, person: Id, from: &[u8]) -> Option<SessionId> {
        key.made_at().filter(|made_at| OffsetDateTime::now_utc() - *made_at < FRESH)?;
        Some(self.session_id_of("form-session", &[key.as_bytes(), person.as_bytes(), from].concat()))
    }

    /// Checks the key of a posted form, which must have one.
    pub fn submission(&self, fields: &Fields, person: Id, path: &str) -> Result<Submission> {
        let token = fields.find("_submission").ok_or(Error::NoSubmission)?;
        let key = self.check(token, person);
        let claim = |key| db::Claim { key, person, fingerprint: fields.fingerprint(path) };
        let claim = key.filter(|key| is_good(*key, OffsetDateTime::now_utc())).map(claim);
        Ok(Submission { claim, is_own: key.is_some() })
    }

    /// Bytes for others to keep, who can read but not change them.
    pub fn seal(&self, purpose: &str, bytes: &[u8]) -> String {
        let code = self.seal_code(purpose, bytes).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([&code[..CODE], bytes].concat())
    }

    /// The bytes, if they were sealed here for this purpose.
    pub fn unseal(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (code, bytes) = sealed.split_first_chunk::<CODE>()?;
        self.seal_code(purpose, bytes).verify_truncated_left(code).ok()?;
        Some(bytes.to_vec())
    }

    fn seal_code(&self, purpose: &str, bytes: &[u8]) -> Hmac<Sha256> {
        let mut code = self.0.clone();
        code.update(b"seal\0");
        code.update(purpose.as_bytes());
        code.update(b"\0");
        code.update(bytes);
        code
    }

    fn code(&self, key: Id, person: Id) -> Hmac<Sha256> {
        let mut code = self.0.clone();
        code.update(b"submission");
        code.update(person.as_bytes());
        code.update(key.as_bytes());
        code
    }
}

/// Whether a key's claim cannot have been forgotten, and its clock was right.
fn is_good(key: Id, now: OffsetDateTime) -> bool {
    key.made_at().is_some_and(|made_at| (made_at - SKEW..=made_at + GOOD).contains(&now))
}

/// The checked key of a posted form. It has no claim, and changes nothing, where the key is another person's or too
/// old.
#[derive(Clone, Copy, Debug)]
pub struct Submission {
    claim: Option<db::Claim>,
    is_own: bool,
}

impl Submission {
    /// The key, also that of the row that a form creates, which makes creating exactly-once by itself.
    pub fn key(&self) -> Id {
        self.claim.map_or(Id::NIL, |claim| claim.key)
    }

    /// Whether the key was issued to its sender.
    pub fn is_own(&self) -> bool {
        self.is_own
    }

    /// Makes these bytes part of what the same form must repeat.
    pub fn with(self, bytes: &[u8]) -> Self {
        Self { claim: self.claim.map(|claim| claim.with(bytes)), ..self }
    }

    /// Makes the form's change exactly once; see [`db::once`]. A key of another person, or an old one, counts as reused:
    /// the person may look at the form and send it again.
    pub async fn once<T, R, F>(&self, database: &Database, change: F) -> Result<Outcome<T, R>>
    where
        T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
        R: Send + 'static,
        F: Work<Result<T, R>> + 'static,
    {
        match self.claim {
            Some(claim) => db::once(database, claim, change).await,
            None => Ok(Outcome::KeyReused),
        }
    }
}

impl Submission {
    /// The same for handlers: what was done, or why the form comes back.
    pub async fn change<T, R, F>(&self, database: &Database, change: F) -> Result<T, Rejection>
    where
        T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
        R: Into<Rejection> + Send + 'static,
        F: Work<Result<T, R>> + 'static,
    {
        match self.once(database, change).await? {
            Outcome::Done(value) => Ok(value),
            Outcome::Refused(why) => Err(why.into()),
            Outcome::KeyReused => Err(Rejection::KeyReused),
        }
    }
}

impl<'a> FromRequest<'a> for Submission {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(*request.data().ok_or(Error::NoSubmission)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_good_for_the_person_it_was_issued_to_and_for_nobody_else() {
        let signer = Signer::new(b"secret");
        let (ana, luis) = (Id::new(), Id::new());
        let token = signer.issue(ana);
        assert!(signer.check(&token, ana).is_some());
        assert!(signer.check(&token, luis).is_none());
        assert!(signer.check(&token, Id::NIL).is_none());
        assert!(Signer::new(b"other").check(&token, ana).is_none());
    }

    #[test]
    fn a_key_is_good_until_before_its_claim_may_be_forgotten_by_clocks_that_differ() {
        let key = Id::new();
        let made_at = key.made_at().unwrap();
        let moment = Duration::milliseconds(1);
        for good in [-SKEW, Duration::ZERO, GOOD] {
            assert!(is_good(key, made_at + good), "{good}");
        }
        for bad in [-SKEW - moment, GOOD + moment, Duration::days(1000)] {
            assert!(!is_good(key, made_at + bad), "{bad}");
        }
        // The claim was made by a clock that is behind, and is deleted by one that is ahead.
        assert!(GOOD < db::KEPT - SKEW);
    }

    #[test]
    fn a_form_leads_a_person_to_one_session_for_twelve_hours() {
        let (signer, key, ana) = (Signer::new(b"secret"), Id::new(), Id::new());
        let session = signer.session_id_by_form(key, ana, b"here").unwrap();
        assert_eq!(signer.session_id_by_form(key, ana, b"here"), Some(session));
        assert_ne!(signer.session_id_by_form(key, ana, b"there"), Some(session));
        assert_ne!(signer.session_id_by_form(key, Id::new(), b"here"), Some(session));
        assert_ne!(signer.session_id_by_form(Id::new(), ana, b"here"), Some(session));
        assert_ne!(Signer::new(b"other").session_id_by_form(key, ana, b"here"), Some(session));
        let made = |ago: Duration| Id::made(OffsetDateTime::now_utc() - ago);
        assert!(signer.session_id_by_form(made(Duration::hours(11)), ana, b"here").is_some());
        for old in [made(Duration::hours(13)), Id::NIL] {
            assert_eq!(signer.session_id_by_form(old, ana, b"here"), None);
        }
    }

    #[test]
    fn a_seal_is_good_for_its_purpose_and_unchanged_bytes_only() {
        let signer = Signer::new(b"secret");
        let sealed = signer.seal("device", b"bytes");
        assert_eq!(signer.unseal("device", &sealed).as_deref(), Some(&b"bytes"[..]));
        assert_eq!(signer.unseal("other", &sealed), None);
        assert_eq!(Signer::new(b"other").unseal("device", &sealed), None);
        for forged in ["", "x", &sealed[1..], &format!("{sealed}AAAA"), &"A".repeat(64)] {
            assert_eq!(signer.unseal("device", forged), None, "{forged}");
        }
    }

    #[test]
    fn forged_keys_are_refused() {
        let signer = Signer::new(b"secret");
        let token = signer.issue(Id::NIL);
        let short = &token[..token.len() - 8];
        let changed = format!("{}{}", if token.starts_with('Z') { "Y" } else { "Z" }, &token[1..]);
        for forged in ["", "x", short, &changed, &"A".repeat(43), &"A".repeat(10_000)] {
            assert!(signer.check(forged, Id::NIL).is_none(), "{forged}");
        }
    }
}
