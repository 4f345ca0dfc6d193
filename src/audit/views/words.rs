//! Entries in words.

use crate::audit::Event;
use crate::audit::query::Entry;
use crate::audit::row::VARIOUS;
use crate::audit::source::OPERATOR;
use crate::web::{Language, Role};

/// An event as stored; one that this release does not know is shown as it is.
pub fn event(language: Language, key: &str) -> String {
    Event::from_key(key)
        .map_or_else(|| key.to_owned(), |event| language.text(&format!("event-{}", event.key())))
}

/// A text of an entry, or that it differs between the events.
pub fn common(language: Language, text: &str) -> String {
    if text == VARIOUS { language.text("log-various") } else { text.to_owned() }
}

/// Who an entry is about: an address, whoever runs the installation, or various.
pub fn who(language: Language, name: &str) -> String {
    if name == OPERATOR { language.text("operator") } else { common(language, name) }
}

/// What else is known of an entry, in words; what people have named, and what this release does not know, as it is.
pub fn detail(language: Language, entry: &Entry) -> String {
    let detail = entry.detail.as_str();
    match Event::from_key(&entry.event) {
        Some(Event::Registered | Event::RoleChanged | Event::Invited | Event::InvitationAccepted) => {
            let roles: Vec<String> = detail.split(" → ").map(|key| Role::name_of(key, language)).collect();
            roles.join(" → ")
        }
        // Before the request there is the permission that it takes, by its name in the code.
        Some(Event::Refused) => {
            common(language, detail.split_once(' ').map_or(detail, |(_, request)| request))
        }
        Some(Event::PasskeyAdded | Event::PasskeyRemoved | Event::NameChanged) => common(language, detail),
        _ => known(detail).map_or_else(|| common(language, detail), |key| language.text(key)),
    }
}

/// The key of the text for a detail that the program itself has put there.
fn known(detail: &str) -> Option<&'static str> {
    Some(match detail {
        "password" => "detail-password",
        "passkey" => "detail-passkey",
        "password and code" => "detail-password-and-code",
        "password and recovery code" => "detail-password-and-recovery-code",
        "second factor" => "detail-second-factor",
        "second factor required" => "detail-second-factor-required",
        "required" => "detail-required",
        "not required" => "detail-not-required",
        "disabled" => "detail-disabled",
        "administrator" => "detail-administrator",
        "all others" => "detail-all-others",
        "by mail" => "detail-by-mail",
        "by link" => "detail-by-link",
        _ => return None,
    })
}
