//! Entries in words.

use crate::audit::Event;
use crate::audit::query::Entry;
use crate::audit::row::VARIOUS;
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

/// The detail of an entry: roles in words, anything else as it is.
pub fn detail(language: Language, entry: &Entry) -> String {
    let has_roles = Event::from_key(&entry.event).is_some_and(|event| {
        matches!(event, Event::Registered | Event::RoleChanged | Event::Invited | Event::InvitationAccepted)
    });
    match has_roles {
        true => {
            let roles: Vec<String> =
                entry.detail.split(" → ").map(|key| Role::name_of(key, language)).collect();
            roles.join(" → ")
        }
        false => common(language, &entry.detail),
    }
}
