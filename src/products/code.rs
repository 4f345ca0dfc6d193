//! The characters of a product's code.

use unicode_normalization::UnicodeNormalization;
use unicode_security::{MixedScript, skeleton};

use crate::web::Message;

/// What is wrong with a code, if anything: it has letters and digits of one script, and `. _ - /`. Otherwise codes could
/// look the same and differ: a Latin A and a Cyrillic А.
pub fn complaint(code: &str) -> Option<Message> {
    let fits = |c: char| c.is_alphanumeric() || "._-/".contains(c);
    if !code.chars().all(fits) {
        return Some(Message::new("code-characters"));
    }
    (!code.is_single_script() || only_looks_latin(code) || code.chars().any(is_other_digit))
        .then(|| Message::new("code-letters"))
}

/// Whether all its non-ASCII letters look like ASCII ones (Unicode Technical Standard 39, section 4).
fn only_looks_latin(code: &str) -> bool {
    let mut letters = code.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).peekable();
    letters.peek().is_some() && letters.all(|c| skeleton(c.encode_utf8(&mut [0; 4])).all(|c| c.is_ascii()))
}

/// Whether it is an ASCII digit in another form.
fn is_other_digit(c: char) -> bool {
    !c.is_ascii() && c.is_numeric() && std::iter::once(c).nfkc().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: &str) -> Option<&'static str> {
        complaint(code).map(|message| message.key)
    }

    #[test]
    fn letters_of_one_script_digits_and_four_marks_are_taken() {
        for code in ["A-1", "a.b_c/7", "Ñ", "ÜÇ", "ЖУК", "日本カナ", "0", "-", "٣-1"] {
            assert_eq!(key(code), None, "{code}");
        }
        for code in ["a b", "a+b", "a\u{301}!", "<b>", "#1"] {
            assert_eq!(key(code), Some("code-characters"), "{code}");
        }
    }

    #[test]
    fn what_mixes_scripts_or_only_looks_latin_is_not() {
        for code in [
            "\u{410}",
            "\u{410}\u{412}-1",
            "A\u{410}",
            "x\u{3bf}",
            "\u{ff21}1",
            "A\u{ff11}",
            "A\u{1d7cf}",
            "A\u{1fbf1}",
        ] {
            assert_eq!(key(code), Some("code-letters"), "{code}");
        }
    }
}
