//! Proving who one is once more: tries are counted as those at signing in are.

use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};

use super::proven::Proven;
use crate::accounts::account::Account;
use crate::app::App;
use crate::audit::log::{self, Event, Source, Who};
use crate::auth;
use crate::auth::rate_limit::Subject;
use crate::auth::sign_in::attempt;
use crate::auth::sign_in::known_device;
use crate::db::Outcome;
use crate::error::{Error, Result};
use crate::web::{Fields, Form, Message, Person};

/// A field, and what is wrong with it.
pub type Problem = (&'static str, Message);

/// Beside the field for a code, in all forms that have one.
pub fn wrong_code() -> Problem {
    ("code", Message::new("factor-code-wrong"))
}

/// Whether it is a code that is wrong.
pub fn is_code(problem: &Problem) -> bool {
    problem.0 == "code"
}

/// Beside the field for the password.
pub fn wrong_password() -> Problem {
    ("password", Message::new("factor-password-wrong"))
}

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

/// The password of a signed-in person, by a form that has a field for a code, too, where one is asked for.
pub async fn password(
    app: &App,
    request: &Request,
    person: &Person,
    fields: &Fields,
) -> Result<Proven, Doubt<Problem>> {
    let verified = async {
        let account = attempt::verified(app, &person.email, fields.get("password")).await?;
        Ok(account.map_or_else(|| Outcome::Refused(wrong_password()), Outcome::Done))
    };
    let proven = counted(app, request, Subject::Own(person.id), |_| true, verified).await;
    match proven {
        Ok(account) => Ok(Proven::new(app, request, account, fields)),
        Err(doubt) => {
            doubt.record(app, request, person, "password");
            Err(doubt)
        }
    }
}

/// A code of an account's second factor; `is_wrong` tells refusals of the code from others.
pub async fn code<T, R>(
    app: &App,
    request: &Request,
    account: &Account,
    is_wrong: impl FnOnce(&R) -> bool,
    accepted: impl Future<Output = Result<Outcome<T, R>>>,
) -> Result<T, Doubt<R>> {
    let device = known_device::find(app, request, &account.email).await;
    let subject = device.as_deref().map_or(Subject::Factor(account.id), Subject::FactorDevice);
    counted(app, request, subject, is_wrong, accepted).await
}

async fn counted<T, R>(
    app: &App,
    request: &Request,
    subject: Subject<'_>,
    is_wrong: impl FnOnce(&R) -> bool,
    proof: impl Future<Output = Result<Outcome<T, R>>>,
) -> Result<T, Doubt<R>> {
    let address = &crate::web::origin(request).address;
    let counted = auth::rate_limiter(app).try_once(subject, address).await;
    counted.map_err(|wait| Doubt::Throttled(wait.as_secs().max(1)))?;
    let proof = proof.await;
    match &proof {
        Ok(Outcome::Done(_)) => auth::rate_limiter(app).succeeded(subject, address).await,
        Ok(Outcome::Refused(why)) if !is_wrong(why) => {
            auth::rate_limiter(app).withdraw(subject, address).await
        }
        Ok(_) => {}
        Err(_) => auth::rate_limiter(app).withdraw(subject, address).await,
    }
    done(proof?)
}

/// What was done, or why not.
pub fn done<T, R>(once: Outcome<T, R>) -> Result<T, Doubt<R>> {
    match once {
        Outcome::Done(value) => Ok(value),
        Outcome::Refused(why) => Err(Doubt::Refused(why)),
        Outcome::KeyReused => Err(Doubt::Changed),
    }
}

impl<R> Doubt<R> {
    /// Notes it in the security log, without letting anyone wait for that.
    pub fn record(&self, app: &App, request: &Request, who: impl Into<Who>, what: &str) {
        let event = match self {
            Self::Refused(_) => Event::ProofFailed,
            Self::Throttled(_) => Event::ProofThrottled,
            Self::Changed | Self::Error(_) => return,
        };
        log::record_later(app, Source::of(request), event, who.into(), what.to_owned());
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
