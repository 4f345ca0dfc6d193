//! Texts as people see them: words without regard to accents and case, one form for what looks the same, and
//! what cannot be seen.

use std::borrow::Cow;

use icu_properties::props::{DefaultIgnorableCodePoint, Script};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, folded: letters and digits only, lower case, without accents (`Ñandú-7` gives
/// `nandu` and `7`). What search compares.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

/// The text in the form in which all texts are stored and compared (NFC): some keyboards write `é` as two
/// characters.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// What was typed, as it is kept: composed, without surrounding space, and with LF for the line ends that browsers
/// send as CR LF (HTML, section 4.10.22.4), since people count one character.
pub fn tidy(text: &str) -> String {
    composed(text.replace("\r\n", "\n").trim())
}

/// A text with accents as characters of their own (NFD).
pub fn decomposed(text: &str) -> String {
    text.nfd().collect()
}

/// The text for logs and strangers' eyes: what may be the secret of a one-time link is left out, as in `haproxy.cfg`.
pub fn without_secrets(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let parts =
        text.split_inclusive(|c| !is_part(c)).map(|part| match part.trim_end_matches(|c| !is_part(c)) {
            secret if secret.len() >= 32 => format!("~{}", &part[secret.len()..]),
            _ => part.to_owned(),
        });
    parts.collect()
}

/// Whether there is nothing to see in a text.
pub fn is_blank(text: &str) -> bool {
    // The blank of Braille is a picture of nothing.
    text.chars().all(|c| c.is_whitespace() || c == '\u{2800}' || is_invisible(c))
}

/// The first character of a line that nobody can see: by such, two names look the same that are not, or one looks
/// like what it is not. Joiners and variation selectors are let be where scripts and pictures need them.
pub fn invisible(text: &str) -> Option<char> {
    judged(text).find(|(_, is_kept)| !is_kept).map(|(c, _)| c)
}

/// The text without such characters.
pub fn visible(text: &str) -> String {
    let mut text = text.to_owned();
    // What is left may stand beside something that does not need it any more.
    while invisible(&text).is_some() {
        text = judged(&text).filter(|(_, is_kept)| *is_kept).map(|(c, _)| c).collect();
    }
    text
}

/// Each character, and whether it can be seen or is needed by those beside it.
fn judged(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut before = None;
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        let c = rest.next()?;
        let is_kept =
            !is_invisible(c) || before.is_some_and(|before| is_needed(before, c, rest.peek().copied()));
        if is_kept {
            before = Some(c);
        }
        Some((c, is_kept))
    })
}

/// Without a picture of their own (Unicode's `Default_Ignorable_Code_Point`, which the marks of direction are,
/// too), ends of lines and paragraphs, and marks of annotations.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn is_needed(before: char, c: char, next: Option<char>) -> bool {
    let script = CodePointMapData::<Script>::new().get(before);
    match c {
        // Between letters of many scripts, and between pictures that become one.
        '\u{200c}' | '\u{200d}' => {
            let joins_nothing = before.is_ascii()
                || matches!(before, '\u{200c}' | '\u{200d}' | '\u{2000}'..='\u{206f}' | '\u{3000}');
            next.is_some()
                && !joins_nothing
                && ![Script::Latin, Script::Greek, Script::Cyrillic].contains(&script)
        }
        // After a character that is a picture, or can be one.
        '\u{fe0e}' | '\u{fe0f}' if before.is_ascii() => next == Some('\u{20e3}'),
        '\u{fe0e}' | '\u{fe0f}' => {
            !before.is_alphabetic() && !before.is_whitespace() && !is_invisible(before)
        }
        // Forms of characters that people have in their names.
        '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}' => script == Script::Han,
        _ => false,
    }
}

/// The text, for the middle of a sentence: where it is written from right to left, between marks that keep it from
/// turning round what stands beside it (Unicode Standard Annex 9, section 2.4). In markup `<bdi>` does the same.
pub fn isolated(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_right_to_left) { format!("\u{2068}{text}\u{2069}").into() } else { text.into() }
}

/// By block, as Unicode sets them aside for such scripts.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    #[test]
    fn accents_case_and_punctuation_make_no_difference() {
        let words = |text| super::words(text).collect::<Vec<_>>();
        assert_eq!(words("  Ñandú-7, CAFÉ/solo "), ["nandu", "7", "cafe", "solo"]);
        assert_eq!(words("%_'\"\\\0"), Vec::<String>::new());
        assert_eq!(words("ﬁn № ½"), ["fin", "no", "1", "2"]);
    }

    #[test]
    fn what_nobody_can_see_is_found_and_what_scripts_need_is_not() {
        let seen =
            ["Ana", "José", "منى", "می\u{200c}خواهم", "क्\u{200d}ष", "👩\u{200d}🔧", "❤\u{fe0f}\u{200d}🔥"];
        for text in seen.into_iter().chain(["1\u{fe0f}\u{20e3}", "葛\u{e0100}", "\u{a0}", ""]) {
            assert_eq!(super::invisible(text), None, "{text:?}");
        }
        for c in "\u{ad}\u{61c}\u{115f}\u{180e}\u{200b}\u{200e}\u{202a}\u{202e}\u{2028}\u{2060}\u{2066}\u{3164}\u{feff}\u{ffa0}\u{fffa}\u{e0020}".chars() {
            assert_eq!(super::invisible(&format!("Ana{c}x")), Some(c), "{c:?}");
            assert!(super::is_blank(&format!(" {c} ")), "{c:?}");
        }
        for text in [
            "\u{200d}a",
            "a\u{200d}b",
            "я\u{200c}я",
            "م\u{200d}",
            "م\u{200d}\u{200d}م",
            "a\u{fe0f}",
            "a\u{e0100}",
            "ana1\u{fe0f}@example.com",
            "ana.\u{fe0f}b",
            "❤\u{fe0f}\u{fe0f}",
            "Ana’\u{200d}x",
        ] {
            assert!(super::invisible(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn what_nobody_can_see_is_left_out_and_all_else_is_kept() {
        for (text, visible) in [
            ("uno\n\tdos  ñ", "uno\n\tdos  ñ"),
            ("\u{feff}Tor\u{ad}nillo\u{200b} \u{202e}M8\u{202c}", "Tornillo M8"),
            ("می\u{200c}خواهم 👩\u{200d}🔧 ❤\u{fe0f}", "می\u{200c}خواهم 👩\u{200d}🔧 ❤\u{fe0f}"),
            ("م\u{200d}\u{200b}", "م"),
            ("a\u{ad}\u{200d}b", "ab"),
            ("\u{200b}", ""),
        ] {
            assert_eq!(super::visible(text), visible, "{text:?}");
            assert_eq!(super::invisible(&super::visible(text)), None, "{text:?}");
        }
    }

    #[test]
    fn only_what_is_written_from_right_to_left_is_isolated() {
        assert_eq!(super::isolated("منى"), "\u{2068}منى\u{2069}");
        assert_eq!(super::isolated("Ana 3"), "Ana 3");
    }

    #[test]
    fn a_path_in_the_log_has_no_secret() {
        let secret = "A".repeat(32);
        assert_eq!(super::without_secrets(&format!("/password/new/{secret}")), "/password/new/~");
        assert_eq!(super::without_secrets(&format!("/a.{secret}/{secret}.b")), "/a.~/~.b");
        assert_eq!(super::without_secrets("/products/01h5"), "/products/01h5");
    }
}
