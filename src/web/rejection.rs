//! Why a form changed nothing, and how it comes back to who sent it.

use std::time::Duration;

use poem::Response;
use poem::http::StatusCode;

use super::{Form, Message, answer};
use crate::error::Error;

/// Why a form changed nothing. Reasons that belong to a feature say here how they are told.
#[derive(Debug)]
pub enum Rejection {
    /// It comes back with messages that stand in it already.
    Invalid,
    /// It comes back with a message beside this field; `""` is the form as a whole.
    Refused(&'static str, Message),
    /// Somebody else was first: it comes back with a message for the form as a whole.
    Conflict(Message),
    /// Its key was used for other content, or is another person's: they may look at it and send it again.
    KeyReused,
    /// Too many tries; nothing is verified for so long.
    RateLimited(Duration),
    /// It comes back if a back end is away; anything else is a page of its own.
    Error(Error),
}

/// How a form comes back.
#[derive(Clone, Copy, Debug)]
pub struct Again {
    pub status: StatusCode,
    wait: Option<Duration>,
}

/// What another try may better is worth one after so long.
const AWAY: Duration = Duration::from_secs(5);

impl Rejection {
    /// A message for the form as a whole; `key` is that of a text.
    pub fn whole(key: &'static str) -> Self {
        Self::Refused("", Message::new(key))
    }

    /// Puts what is wrong into the form. `away` is the key of the text for when a back end is away.
    ///
    /// # Errors
    ///
    /// What is no matter of the form.
    pub fn put(self, form: &mut Form, away: &'static str) -> Result<Again, Error> {
        let (message, status, wait) = match self {
            Self::Invalid => return Ok(Again { status: StatusCode::UNPROCESSABLE_ENTITY, wait: None }),
            Self::Refused(field, message) => {
                form.fail(field, message);
                return Ok(Again { status: StatusCode::UNPROCESSABLE_ENTITY, wait: None });
            }
            Self::Conflict(message) => (message, StatusCode::CONFLICT, None),
            Self::KeyReused => (Message::new("submission-changed"), StatusCode::UNPROCESSABLE_ENTITY, None),
            Self::RateLimited(wait) => {
                let message = Message::new("login-throttled").with("seconds", wait.as_secs().max(1));
                (message, StatusCode::TOO_MANY_REQUESTS, Some(wait))
            }
            Self::Error(error @ (Error::Away { .. } | Error::Busy(_))) => {
                tracing::warn!(cause = %error, away, "a form cannot be answered");
                (Message::new(away), StatusCode::SERVICE_UNAVAILABLE, Some(AWAY))
            }
            Self::Error(error) => return Err(error),
        };
        form.fail("", message);
        Ok(Again { status, wait })
    }

    /// The form again, as `show` shows it; see [`Rejection::put`].
    ///
    /// # Errors
    ///
    /// What is no matter of the form.
    pub fn answer(
        self,
        mut form: Form,
        away: &'static str,
        show: impl FnOnce(Form, StatusCode) -> Response,
    ) -> Result<Response, Error> {
        let again = self.put(&mut form, away)?;
        Ok(again.mark(show(form, again.status)))
    }
}

impl Again {
    /// Says in the answer when another try makes sense.
    pub fn mark(self, response: Response) -> Response {
        match self.wait {
            Some(wait) => answer::later(response, wait),
            None => response,
        }
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Where no form can come back, as from a button: what is not its sender's mistake is a page.
impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Error(error) => error,
            Rejection::KeyReused => Self::ForeignSubmission,
            other => Self::Internal(format!("a button was refused: {other:?}")),
        }
    }
}
