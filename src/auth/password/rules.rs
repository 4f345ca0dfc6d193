//! Which passwords are accepted.

use crate::text;
use crate::web::Message;

/// A password that falls to so many guesses is common, or hardly better.
const GUESSES: u64 = 100_000;
/// What everybody here would think of first.
const HOUSE: &str = "bodega";

/// What is wrong with a new password, if anything. It has to have 8–256 characters, and be neither common nor made of
/// `own` words: the person's name and e-mail address, and the organisation's name.
pub fn complaint(password: &str, own: &[&str]) -> Option<Message> {
    let password = &text::composed(password);
    match password.chars().count() {
        ..8 => return Some(Message::new("password-too-short")),
        257.. => return Some(Message::new("password-too-long")),
        _ => {}
    }
    if is_personal(password, own) {
        return Some(Message::new("password-personal"));
    }
    // zxcvbn reads the first hundred characters only; longer passwords are not common.
    let guesses = zxcvbn::zxcvbn(password, own).guesses();
    (guesses < GUESSES).then(|| Message::new("password-common"))
}

/// Whether a password without the person's own words has fewer than four characters.
fn is_personal(password: &str, own: &[&str]) -> bool {
    let fold = |text: &str| text::words(text).collect::<String>();
    let mut rest = fold(password);
    let mut words: Vec<String> = own.iter().chain(&[HOUSE]).flat_map(|text| text::words(text)).collect();
    words.retain(|word| word.chars().count() >= 3);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let before = rest.len();
    for word in &words {
        rest = rest.replace(word.as_str(), "");
    }
    rest.len() < before && rest.chars().count() < 4
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[&str] = &["Ana María", "García", "ana.garcia@example.com"];

    fn key(password: &str) -> Option<&'static str> {
        complaint(password, OWN).map(|message| message.key)
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(key("corta"), Some("password-too-short"));
        assert_eq!(key("ñandúñ7"), Some("password-too-short"));
        assert_eq!(key(&"trébol-".repeat(37)), Some("password-too-long"));
        assert_eq!(key(&"x7ñ-Qé9 ".repeat(32)), None);
    }

    #[test]
    fn common_passwords_are_refused() {
        for password in
            ["password", "12345678", "Password1", "qwertyuiop", "aaaaaaaaaa", "iloveyou", "P@ssw0rd"]
        {
            assert_eq!(key(password), Some("password-common"), "{password}");
        }
    }

    #[test]
    fn ones_own_name_and_address_are_refused() {
        for password in [
            "AnaGarcia",
            "garcía.maria",
            "ana.garcia@example.com",
            "mariagarcia12",
            "Bodega123",
            "bodegagarcía",
        ] {
            assert_eq!(key(password), Some("password-personal"), "{password}");
        }
    }

    #[test]
    fn anything_else_goes() {
        for password in
            ["tres tristes tigres", "correcto-caballo-pila", "\0\0nul\u{1}es ok", "万里长城永不倒塌"]
        {
            assert_eq!(key(password), None, "{password}");
        }
    }
}
