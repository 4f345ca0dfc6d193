//! Names of the database as people read them.

use maud::{Markup, html};

use crate::users::entry::Entry;
use crate::users::log::{Event, VARIOUS};
use crate::web::{Language, Role};

/// A role.
pub fn role(language: Language, role: Role) -> String {
    language.text(&format!("role-{}", role.key()))
}

/// A role as stored; one that this release does not know as it is.
pub fn stored_role(language: Language, key: &str) -> String {
    Role::from_key(key).map_or_else(|| key.to_owned(), |known| role(language, known))
}

/// An event as stored; one that this release does not know as it is.
pub fn event(language: Language, key: &str) -> String {
    Event::from_key(key)
        .map_or_else(|| key.to_owned(), |event| language.text(&format!("event-{}", event.key())))
}

/// What an entry says of somebody or something, or that it tells of various.
pub fn common(language: Language, text: &str) -> String {
    if text == VARIOUS { language.text("log-various") } else { text.to_owned() }
}

/// What else is known of an entry: roles in words, anything else as it is.
pub fn detail(language: Language, entry: &Entry) -> String {
    let has_roles = Event::from_key(&entry.event).is_some_and(|event| {
        matches!(event, Event::RoleChanged | Event::Invited | Event::InvitationAccepted)
    });
    match has_roles {
        true => {
            let roles: Vec<String> =
                entry.detail.split(" → ").map(|key| stored_role(language, key)).collect();
            roles.join(" → ")
        }
        false => common(language, &entry.detail),
    }
}

/// A state that stands out.
pub fn badge(text: &str) -> Markup {
    html! { em { (text) } }
}
