//! What the next page says of the change just made to an account: a cookie of one use.

use std::time::Duration;

use poem::{Request, Response};

use crate::app::App;
use crate::web::cookies;

const COOKIE: &str = "bodega_people_notice";
const KEPT: Duration = Duration::from_mins(1);

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    RoleSet,
    Disabled,
    Enabled,
    SignInsEnded,
    FactorReset,
    Invited,
    InvitationRevoked,
}

impl Done {
    const ALL: [Self; 7] = [
        Self::RoleSet,
        Self::Disabled,
        Self::Enabled,
        Self::SignInsEnded,
        Self::FactorReset,
        Self::Invited,
        Self::InvitationRevoked,
    ];

    /// Says it: the key of a text.
    pub fn text(self) -> &'static str {
        match self {
            Self::RoleSet => "people-done-role",
            Self::Disabled => "people-done-disabled",
            Self::Enabled => "people-done-enabled",
            Self::SignInsEnded => "people-done-sign-ins-ended",
            Self::FactorReset => "factor-done-reset",
            Self::Invited => "invitations-done-invited",
            Self::InvitationRevoked => "invitations-done-revoked",
        }
    }
}

/// Leaves word for the next page.
pub fn leave(app: &App, response: &mut Response, done: Done) {
    cookies::set(response, COOKIE, done.text(), Some(KEPT), app.config.is_https());
}

/// What was left.
pub fn find(app: &App, request: &Request) -> Option<Done> {
    let text = cookies::get(request, COOKIE, app.config.is_https())?;
    Done::ALL.into_iter().find(|done| done.text() == text)
}

/// Takes the cookie away, now that it has been read.
pub fn forget(app: &App, response: &mut Response) {
    cookies::set(response, COOKIE, "", None, app.config.is_https());
}
