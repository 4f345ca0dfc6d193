//! Proving who one is once more: tries are counted as those at signing in are.

use poem::Response;
use poem::http::{HeaderValue, StatusCode, header};

use crate::app::App;
use crate::db::Once;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::users::account::Account;
use crate::users::sign_ins;
use crate::web::{Form, Message};

/// Why a proof is not taken.
pub enum Doubt<R> {
    Refused(R),
    /// The form's key was used for something else.
    Changed,
    /// Too many tries; so many seconds to wait.
    Throttled(u64),
    Error(Error),
}

impl<R> From<Error> for Doubt<R> {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The password of a signed-in person.
pub async fn password(app: &App, email: &str, password: &str, address: &str) -> Result<Account, Doubt<()>> {
    let verified = async {
        let account = sign_ins::verified(app, email, password).await?;
        Ok(account.map_or(Once::Refused(()), Once::Done))
    };
    counted(app, email, address, verified).await
}

/// A code of the second factor: counted apart from passwords, whose successes must not take back what
/// failed here.
pub async fn code<T, R>(
    app: &App,
    account: Id,
    address: &str,
    accepted: impl Future<Output = Result<Once<T, R>>>,
) -> Result<T, Doubt<R>> {
    counted(app, &format!("second factor of {account}"), address, accepted).await
}

async fn counted<T, R>(
    app: &App,
    whose: &str,
    address: &str,
    proof: impl Future<Output = Result<Once<T, R>>>,
) -> Result<T, Doubt<R>> {
    let counted = app.throttle.try_once(whose, address).await;
    counted.map_err(|wait| Doubt::Throttled(wait.as_secs().max(1)))?;
    let proof = proof.await;
    match &proof {
        Ok(Once::Done(_)) => app.throttle.succeeded(whose, address).await,
        Ok(_) => {}
        Err(_) => app.throttle.withdraw(whose, address).await,
    }
    done(proof?)
}

/// What was done, or why not.
pub fn done<T, R>(once: Once<T, R>) -> Result<T, Doubt<R>> {
    match once {
        Once::Done(value) => Ok(value),
        Once::Refused(why) => Err(Doubt::Refused(why)),
        Once::OtherContent => Err(Doubt::Changed),
    }
}

impl<R> Doubt<R> {
    /// The same with another kind of refusal.
    pub fn map<S>(self, other: impl FnOnce(R) -> S) -> Doubt<S> {
        match self {
            Self::Refused(why) => Doubt::Refused(other(why)),
            Self::Changed => Doubt::Changed,
            Self::Throttled(seconds) => Doubt::Throttled(seconds),
            Self::Error(error) => Doubt::Error(error),
        }
    }

    /// The form again, with what is wrong; `beside` says in which field a refusal is shown and how.
    ///
    /// # Errors
    ///
    /// What is no matter of this form.
    pub fn answer(
        self,
        mut form: Form,
        beside: impl FnOnce(R) -> (&'static str, Message),
        show: impl FnOnce(Form, StatusCode) -> Response,
    ) -> Result<Response> {
        let (field, message, status, wait) = match self {
            Self::Refused(why) => {
                let (field, message) = beside(why);
                (field, message, StatusCode::UNPROCESSABLE_ENTITY, None)
            }
            Self::Changed => ("", Message::new("submission-changed"), StatusCode::UNPROCESSABLE_ENTITY, None),
            Self::Throttled(seconds) => {
                let message = Message::new("login-throttled").with("seconds", seconds);
                ("", message, StatusCode::TOO_MANY_REQUESTS, Some(seconds))
            }
            Self::Error(error @ (Error::Away { .. } | Error::Busy(_))) => {
                tracing::warn!(cause = %error, "a proof cannot be checked");
                ("", Message::new("factor-away"), StatusCode::SERVICE_UNAVAILABLE, Some(5))
            }
            Self::Error(error) => return Err(error),
        };
        form.fail(field, message);
        let mut response = show(form, status);
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}
