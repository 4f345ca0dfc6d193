//! What the account's page says of the change just made: a cookie of one use.

use std::time::Duration;

use poem::{Request, Response};

use crate::app::App;
use crate::web::{Message, cookies};

const COOKIE: &str = "bodega_account_notice";
const KEPT: Duration = Duration::from_mins(1);

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Profile,
    /// The address is another now.
    Email,
    /// The new address has been sent a link.
    EmailAsked,
    Password,
    Ended,
    EndedOthers,
}

impl Done {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Profile, "profile"),
        (Self::Email, "email"),
        (Self::EmailAsked, "email-asked"),
        (Self::Password, "password"),
        (Self::Ended, "ended"),
        (Self::EndedOthers, "ended-others"),
    ];

    /// In words.
    pub fn message(self) -> Message {
        Message::new(match self {
            Self::Profile => "account-notice-profile",
            Self::Email => "account-notice-email",
            Self::EmailAsked => "account-notice-email-asked",
            Self::Password => "account-notice-password",
            Self::Ended => "account-notice-ended",
            Self::EndedOthers => "account-notice-ended-others",
        })
    }
}

/// Leaves word for the next page.
pub fn leave(app: &App, response: &mut Response, done: Done) {
    let name = Done::ALL.iter().find(|(other, _)| *other == done).map_or("", |(_, name)| name);
    cookies::set(response, COOKIE, name, Some(KEPT), app.config.is_https());
}

/// What was left.
pub fn find(app: &App, request: &Request) -> Option<Done> {
    let name = cookies::get(request, COOKIE, app.config.is_https())?;
    Done::ALL.into_iter().find(|(_, other)| *other == name).map(|(done, _)| done)
}

/// Takes the cookie away, now that it has been read.
pub fn forget(app: &App, response: &mut Response) {
    cookies::set(response, COOKIE, "", None, app.config.is_https());
}
