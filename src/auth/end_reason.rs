//! Why sign-ins end, in the words of their owners.

use crate::web::Message;

/// Ended by its owner, from another browser.
pub const ELSEWHERE: &str = "elsewhere";
/// Ended because the password is another now.
pub const PASSWORD: &str = "password";

/// Ended because the organisation asks for a second factor now, and there is none.
pub const REQUIREMENT: &str = "requirement";

/// What to say on the sign-in page; nothing where people know it themselves.
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
