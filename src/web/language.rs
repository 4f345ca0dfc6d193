//! The two languages of the site and the texts of `locales/`.

use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;

use crate::text;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Files;

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 2]> = LazyLock::new(|| Language::ALL.map(bundle));

/// The texts of a language.
fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let identifier = language.tag().parse().expect("a language tag");
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Fluent would wrap every argument in invisible bidirectional marks; `text_with` wraps those that need it.
    bundle.set_use_isolating(false);
    for name in Files::iter().filter(|name| name.starts_with(&format!("{}/", language.tag()))) {
        let file = Files::get(&name).expect("a name that was listed");
        let source = String::from_utf8(file.data.into_owned()).expect("texts are UTF-8");
        let texts =
            FluentResource::try_new(source).unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
        bundle.add_resource(texts).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    }
    bundle
}

/// Texts without arguments, formatted once: a page has fifty of them.
static TEXTS: LazyLock<[RwLock<HashMap<String, String>>; 2]> = LazyLock::new(Default::default);

/// A language of the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    Spanish,
    English,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Spanish, Self::English];

    /// The BCP 47 tag, as in `<html lang>` and the cookie `language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
        }
    }

    /// The language with exactly this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The preferred one of `Accept-Language` (RFC 9110, section 12.5.4), if either is named.
    pub fn accepted(header: &str) -> Option<Self> {
        header
            .split(',')
            .filter_map(|part| {
                let mut pieces = part.split(';').map(str::trim);
                let primary = pieces.next()?.split('-').next()?.to_ascii_lowercase();
                let weight = pieces
                    .find_map(|p| p.strip_prefix("q="))
                    .map_or(1.0, |q| q.parse::<f64>().unwrap_or(0.0));
                Some((Self::from_tag(&primary)?, weight))
            })
            .filter(|(_, weight)| *weight > 0.0)
            // `max_by` keeps the last of equals; the header's first should win.
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(language, _)| language)
    }

    /// Whether there is a text with this key.
    pub fn has(key: &str) -> bool {
        BUNDLES[0].has_message(key)
    }

    /// The text of a key in `locales/`.
    pub fn text(self, key: &str) -> String {
        let texts = &TEXTS[self as usize];
        if let Some(text) = texts.read().expect("nothing panics while it holds this").get(key) {
            return text.clone();
        }
        let text = self.text_with(key, &[]);
        texts.write().expect("nothing panics while it holds this").insert(key.to_owned(), text.clone());
        text
    }

    /// The same with arguments: `language.text_with("products-count", &[("count", 3.into())])`.
    pub fn text_with(self, key: &str, arguments: &[(&'static str, FluentValue<'static>)]) -> String {
        let bundle = &BUNDLES[self as usize];
        // Fall back to the key.
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.into();
        };
        let isolated = |value: &FluentValue<'static>| match value {
            FluentValue::String(text) => FluentValue::from(text::isolated(text).into_owned()),
            other => other.clone(),
        };
        let arguments: FluentArgs = arguments.iter().map(|(name, value)| (*name, isolated(value))).collect();
        bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }

    /// A whole number with the language's thousands separator. Spanish groups from five digits on
    /// (Ortografía de la lengua española, VIII.2.2.1.1).
    pub fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let (separator, from) = match self {
            Self::Spanish => ('.', 5),
            Self::English => (',', 4),
        };
        if digits.len() < from {
            return digits;
        }
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        grouped
    }
}

/// A text chosen where something happens and formatted where it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub key: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

/// An argument of a [`Message`]. Fluent's own values cannot be shared between threads.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    Text(String),
    Number(u64),
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl Message {
    pub fn new(key: &'static str) -> Self {
        Self { key, arguments: Vec::new() }
    }

    /// Adds an argument of the text.
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// The text in a language.
    pub fn text(&self, language: Language) -> String {
        let value = |argument: &Argument| match argument {
            Argument::Text(text) => FluentValue::from(text.clone()),
            Argument::Number(number) => FluentValue::from(*number),
        };
        let arguments: Vec<_> =
            self.arguments.iter().map(|(name, argument)| (*name, value(argument))).collect();
        language.text_with(self.key, &arguments)
    }
}
