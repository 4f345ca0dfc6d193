//! Why sign-ins end.

use crate::web::Message;

/// By its owner, from another browser.
pub const ELSEWHERE: &str = "elsewhere";
/// Because the password has changed.
pub const PASSWORD: &str = "password";

/// Because the organisation requires a second factor now, and there is none.
pub const REQUIREMENT: &str = "requirement";

/// What the sign-in page says; nothing where people know it themselves.
pub fn message(because: &str) -> Option<Message> {
    let key = match because {
        "signed_out" => return None,
        "expired" => "ended-expired",
        ELSEWHERE => "ended-elsewhere",
        PASSWORD => "ended-password",
        REQUIREMENT => "ended-requirement",
        "disabled" => "ended-disabled",
        "administrator" => "ended-administrator",
        "factor" => "ended-factor",
        _ => "ended-otherwise",
    };
    Some(Message::new(key))
}
