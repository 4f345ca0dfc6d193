//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, steps of 30 seconds, which every authenticator app
//! supports.

use totp_rs::{Builder, Totp};

use crate::web::Seed;

/// Seconds that a code is shown.
pub const STEP: u64 = 30;
/// Steps that a clock may be off in either direction.
const DRIFT: u64 = 1;

/// Digits of a code.
pub const DIGITS: usize = 6;

/// The shared secret of an application and an account: 160 bits, as RFC 4226, section 4 recommends.
#[derive(Clone)]
pub struct Secret(totp_rs::Secret);

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl Secret {
    /// The secret of a ticket's seed.
    pub fn of(seed: &Seed) -> Self {
        seed.derive("totp")[..20].to_vec().into()
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The key for typing it in, in groups of four.
    pub fn key(&self) -> String {
        let text = self.0.to_base32();
        let groups = text.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned());
        groups.collect::<Vec<_>>().join(" ")
    }

    /// The content of the QR code, and a link for the same device.
    pub fn uri(&self, issuer: &str, email: &str) -> String {
        // A colon ends the issuer's name, and may occur in an e-mail address.
        let builder = self.builder().with_issuer(Some(issuer)).with_account_name(email.replace(':', "_"));
        builder.build_noncompliant().to_url().expect("an account has an address")
    }

    /// The code of a step.
    pub fn code(&self, step: u64) -> String {
        self.totp().generate(step * STEP).to_string()
    }

    /// The step of a typed code: the present one, the one before or after, and later than `last`.
    pub fn step_of(&self, typed: &str, now: u64, last: u64) -> Option<u64> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let (totp, steps) = (self.totp(), now.saturating_sub(DRIFT)..=now + DRIFT);
        // One by one: a used code may be the next step's, too. Compares in constant time.
        steps.into_iter().find(|step| *step > last && totp.check(&typed, step * STEP).is_some())
    }

    /// SHA-1 and six digits are the defaults; no skew, as each step is checked by itself.
    fn builder(&self) -> Builder {
        Builder::new().with_secret(self.0.clone()).with_step_duration(STEP).with_skew(0)
    }

    fn totp(&self) -> Totp {
        self.builder().build_noncompliant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        b"12345678901234567890".to_vec().into()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six of the eight digits there.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().code(seconds / STEP), code, "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_no_more() {
        let now = 1_000_000;
        for (step, is_taken) in
            [(now - 2, false), (now - 1, true), (now, true), (now + 1, true), (now + 2, false)]
        {
            let found = secret().step_of(&secret().code(step), now, 0);
            assert_eq!(found, is_taken.then_some(step), "{step}");
        }
    }

    #[test]
    fn a_code_of_a_step_that_was_used_or_of_one_before_is_none() {
        let now = 1_000_000;
        for last in [now, now + 1] {
            assert_eq!(secret().step_of(&secret().code(now), now, last), None);
        }
        assert_eq!(secret().step_of(&secret().code(now + 1), now, now), Some(now + 1));
    }

    #[test]
    fn codes_may_be_typed_with_spaces_and_in_no_other_way() {
        let (now, code) = (1_000_000, secret().code(1_000_000));
        assert_eq!(secret().step_of(&format!(" {} {} ", &code[..3], &code[3..]), now, 0), Some(now));
        for typed in ["", "1", "abcdef", &code[..5], &format!("{code}0"), "１２３４５６"] {
            assert_eq!(secret().step_of(typed, now, 0), None, "{typed}");
        }
    }

    #[test]
    fn the_address_of_an_account_is_written_as_applications_expect() {
        assert_eq!(secret().key(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            secret().uri("La Bodega", "ana+b@ejemplo.com"),
            "otpauth://totp/La%20Bodega:ana%2Bb%40ejemplo.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=La%20Bodega"
        );
        assert!(secret().uri("Bodega", "\"a:b\"@c").contains("/Bodega:%22a_b%22%40c?"), "one colon");
    }
}
