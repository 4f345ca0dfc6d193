//! Every text exists in both languages, and there is no visible text besides.

mod account;
mod people;
mod samples;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bodega::audit::log::Event;
use bodega::web::{Language, Role};
use scraper::{ElementRef, Html, Node};

/// The same in both languages.
const SAME: [&str; 2] = ["site-name", "errors-status"];
/// Attributes that people see or hear.
const SPOKEN: [&str; 12] = [
    "alt",
    "aria-label",
    "content",
    "data-failed",
    "data-ended",
    "data-gave-up",
    "data-label",
    "data-other",
    "data-retry",
    "data-retrying",
    "data-unit",
    "placeholder",
];

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found
}

/// Keys with their texts as they stand in the files.
fn texts(language: Language) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language.tag()), "ftl") {
        let mut last = None;
        for line in fs::read_to_string(path).unwrap().lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(" = ") {
                Some((key, text)) if !line.starts_with(' ') => {
                    assert!(texts.insert(key.into(), text.into()).is_none(), "{key} is there twice");
                    last = Some(key.to_owned());
                }
                _ => {
                    if let Some(key) = &last {
                        texts.get_mut(key).unwrap().push_str(line);
                    }
                }
            }
        }
    }
    texts
}

/// The code without its comments.
fn source() -> String {
    let paths = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs");
    let sources = paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect::<String>();
    sources.lines().filter(|line| !line.trim_start().starts_with("//")).collect()
}

/// String literals that follow a piece of code directly.
fn literals<'a>(source: &'a str, code: &'a str) -> impl Iterator<Item = &'a str> {
    source.split(code).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
}

#[test]
fn both_languages_have_the_same_keys() {
    let [spanish, english] = [Language::Spanish, Language::English].map(texts);
    assert!(spanish.keys().eq(english.keys()), "{:?}", {
        let missing = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| {
            a.keys().filter(|key| !b.contains_key(*key)).cloned().collect::<Vec<_>>()
        };
        (missing(&spanish, &english), missing(&english, &spanish))
    });
}

#[test]
fn both_languages_say_it_in_their_own_words_and_with_the_same_arguments() {
    let arguments = |text: &str| {
        let mut names: Vec<String> = text
            .split('$')
            .skip(1)
            .map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect())
            .collect();
        names.sort();
        names.dedup();
        names
    };
    let english = texts(Language::English);
    for (key, spanish) in texts(Language::Spanish) {
        assert!(spanish != english[&key] || SAME.contains(&key.as_str()), "{key} is not translated");
        assert_eq!(arguments(&spanish), arguments(&english[&key]), "{key}");
    }
}

#[test]
fn every_key_that_is_used_exists() {
    let (source, texts) = (source(), texts(Language::Spanish));
    for code in [".text(", "(text(", "text_with(", "Message::new(", "hint("] {
        for key in literals(&source, code) {
            assert!(texts.contains_key(key), "no text for {key}");
        }
    }
    // Notices are chosen where something is done, and become texts elsewhere.
    let is_key = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !name.is_empty();
    let notices = source.split("\"notice-").skip(1).filter_map(|rest| rest.split('"').next()).filter(is_key);
    for name in notices {
        assert!(texts.contains_key(&format!("notice-{name}")), "no text for notice-{name}");
    }
}

/// Keys that are made of a name of the database.
fn made() -> Vec<String> {
    let events = Event::ALL.map(|event| format!("event-{}", event.key()));
    let roles = Role::ALL.map(|role| [format!("role-{}", role.key()), format!("role-may-{}", role.key())]);
    events.into_iter().chain(roles.into_iter().flatten()).collect()
}

#[test]
fn every_name_of_the_database_has_a_text() {
    let texts = texts(Language::Spanish);
    for key in made() {
        assert!(texts.contains_key(&key), "no text for {key}");
    }
}

#[test]
fn every_key_is_used() {
    let (source, made) = (source(), made());
    let is_used = |key: &String| source.contains(&format!("\"{key}\"")) || made.contains(key);
    let unused: Vec<_> = texts(Language::Spanish).into_keys().filter(|key| !is_used(key)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// What people see or hear of a page, with the place it stands in.
fn visible(page: &str) -> Vec<(String, String)> {
    let document = Html::parse_document(page);
    let mut found = Vec::new();
    for node in document.tree.nodes() {
        match node.value() {
            Node::Text(text) if !text.trim().is_empty() => {
                let parent = node.parent().and_then(ElementRef::wrap).map_or("", |e| e.value().name());
                found.push((parent.to_owned(), text.trim().to_owned()));
            }
            Node::Element(element) => {
                let spoken = element.attrs().filter(|(name, _)| SPOKEN.contains(name));
                let is_machine = element.name() == "meta" && element.attr("name") != Some("description");
                let said = spoken.filter(|(_, text)| !text.is_empty() && !is_machine);
                found.extend(said.map(|(name, text)| (name.to_owned(), text.to_owned())));
            }
            _ => {}
        }
    }
    found
}

/// Whether a text may be the same in both languages: data, numbers, times, the names of the languages.
fn may_be_same(place: &str, text: &str) -> bool {
    place == "time"
        || text.contains(samples::DATA)
        || !text.chars().any(char::is_alphabetic)
        || text.starts_with("Error ")
        || text == Language::Spanish.text("site-name")
        || Language::ALL.iter().any(|language| text == language.text("site-language"))
        || text == format!("· {}", Language::Spanish.text("site-name"))
}

#[test]
fn no_page_shows_a_text_that_is_not_in_both_languages() {
    let [spanish, english] = [Language::Spanish, Language::English].map(samples::pages);
    for ((name, spanish), (_, english)) in spanish.iter().zip(&english) {
        let (spanish, english) = (visible(spanish), visible(english));
        assert_eq!(spanish.len(), english.len(), "{name}");
        for ((place, text), (_, other)) in spanish.iter().zip(&english) {
            assert!(!text.contains("nknown localization"), "{name}: {text}");
            assert!(text != other || may_be_same(place, text), "{name}: <{place}> says {text:?} in both");
        }
    }
}
