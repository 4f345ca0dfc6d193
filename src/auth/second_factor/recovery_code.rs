//! Recovery codes: each replaces the second factor once.

use crate::web::Seed;

const COUNT: usize = 10;
/// Of 5 bits each: 140 bits, enough for a fast hash without salt.
const CHARACTERS: usize = 28;

/// The codes of a ticket: a replayed form shows the same ones, although they are stored nowhere.
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

/// A code regardless of how it is typed: case, gaps, and letters that look like digits.
pub fn normal(typed: &str) -> String {
    let plain = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
    let digits = plain.map(|c| match c {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    });
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::web::{Purpose, Signer};

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
