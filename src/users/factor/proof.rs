//! Proving who one is once more: tries are counted as those at signing in are.

use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};

use crate::app::App;
use crate::db::Once;
use crate::error::{Error, Result};
use crate::users::account::Account;
use crate::users::throttle::Subject;
use crate::users::{known_device, log, sign_ins};
use crate::web::{Form, Message, Person};

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
pub async fn password(
    app: &App,
    request: &Request,
    person: &Person,
    password: &str,
) -> Result<Account, Doubt<()>> {
    let verified = async {
        let account = sign_ins::verified(app, &person.email, password).await?;
        Ok(account.map_or(Once::Refused(()), Once::Done))
    };
    counted(app, request, Subject::Own(person.id), verified).await
}

/// A code of an account's second factor.
pub async fn code<T, R>(
    app: &App,
    request: &Request,
    account: &Account,
    accepted: impl Future<Output = Result<Once<T, R>>>,
) -> Result<T, Doubt<R>> {
    let device = known_device::find(app, request, &account.email).await;
    let subject = device.as_deref().map_or(Subject::Factor(account.id), Subject::FactorDevice);
    counted(app, request, subject, accepted).await
}

async fn counted<T, R>(
    app: &App,
    request: &Request,
    subject: Subject<'_>,
    proof: impl Future<Output = Result<Once<T, R>>>,
) -> Result<T, Doubt<R>> {
    let address = &log::origin(request).address;
    let counted = app.throttle.try_once(subject, address).await;
    counted.map_err(|wait| Doubt::Throttled(wait.as_secs().max(1)))?;
    let proof = proof.await;
    match &proof {
        Ok(Once::Done(_)) => app.throttle.succeeded(subject, address).await,
        Ok(_) => {}
        Err(_) => app.throttle.withdraw(subject, address).await,
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
