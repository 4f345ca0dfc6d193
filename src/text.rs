//! Words without regard to accents and case.

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

#[cfg(test)]
mod tests {
    #[test]
    fn accents_case_and_punctuation_make_no_difference() {
        let words = |text| super::words(text).collect::<Vec<_>>();
        assert_eq!(words("  Ñandú-7, CAFÉ/solo "), ["nandu", "7", "cafe", "solo"]);
        assert_eq!(words("%_'\"\\\0"), Vec::<String>::new());
        assert_eq!(words("ﬁn № ½"), ["fin", "no", "1", "2"]);
    }
}
