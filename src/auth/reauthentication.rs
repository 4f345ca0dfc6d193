//! Before signed-in people change how they sign in, they give their password again, and a code if they have a second
//! factor. And who hears of the change.

use diesel::QueryResult;
use poem::Request;

use super::attempt::{self, REAUTHENTICATION};
use super::second_factor::{self, Proof};
use crate::accounts::{Account, account};
use crate::app::App;
use crate::audit::{Event, Source};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::mail::letters;
use crate::web::{Fields, Message, Person, Rejection};

/// A form's field for the password, and the message beside a wrong one.
#[derive(Clone, Copy)]
struct Field(&'static str, &'static str);

const PASSWORD: Field = Field("password", "factor-password-wrong");
const CURRENT_PASSWORD: Field = Field("current_password", "password-wrong");

/// Somebody who has given their password again, about to change how they sign in.
#[derive(Clone)]
pub struct Reauthentication {
    /// As it was when the password was verified.
    pub account: Account,
    field: Field,
    is_right: bool,
    /// As typed.
    code: String,
    source: Source,
    /// Whether mail can be sent.
    mail: bool,
}

/// Verifies the field `password`, and refuses a wrong one.
///
/// # Errors
///
/// See [`Rejection`].
pub async fn password(
    app: &App,
    request: &Request,
    person: &Person,
    fields: &Fields,
) -> Result<Reauthentication, Rejection> {
    let by = verified(app, request, person, fields, PASSWORD).await?;
    if by.is_right {
        return Ok(by);
    }
    let wrong = by.wrong_password();
    attempt::record(app, request, &wrong, REAUTHENTICATION, person, "password");
    Err(wrong)
}

/// Verifies the field `current_password`. A wrong one is refused when the change is made and no sooner, since it must
/// still consult the idempotency key: a replay of an accepted form, whose password may not be the current one any
/// more, gets the first answer.
///
/// # Errors
///
/// [`Rejection::RateLimited`], or when it cannot be verified now.
pub async fn current_password(
    app: &App,
    request: &Request,
    person: &Person,
    fields: &Fields,
) -> Result<Reauthentication, Rejection> {
    verified(app, request, person, fields, CURRENT_PASSWORD).await
}

async fn verified(
    app: &App,
    request: &Request,
    person: &Person,
    fields: &Fields,
    field: Field,
) -> Result<Reauthentication, Rejection> {
    let account = app.users.run(async |connection| account::find(person.id, connection).await);
    let account = account.await?.ok_or(Error::NotSignedIn)?;
    let is_right = match attempt::own_password(app, request, &account, fields.get(field.0)).await {
        Ok(()) => true,
        Err(Rejection::Refused(..)) => false,
        Err(rejection) => {
            attempt::record(app, request, &rejection, REAUTHENTICATION, person, "password");
            return Err(rejection);
        }
    };
    Ok(Reauthentication { field, is_right, ..Reauthentication::new(app, request, account, fields) })
}

/// Whether a code is asked for besides the password.
///
/// # Errors
///
/// When the database is away.
pub async fn takes_code(app: &App, account: Id) -> Result<bool> {
    app.users.run(async |connection| second_factor::is_set(account, connection).await).await
}

/// Beside the field for a code, in all forms that have one.
pub fn wrong_code() -> Rejection {
    Rejection::Refused("code", Message::new("factor-code-wrong"))
}

/// Whether it is the code that is wrong.
fn is_code(rejection: &Rejection) -> bool {
    matches!(rejection, Rejection::Refused("code", _) | Rejection::KeyReused)
}

impl Reauthentication {
    /// Of somebody whose password was verified a moment ago.
    pub fn new(app: &App, request: &Request, account: Account, fields: &Fields) -> Self {
        Self {
            field: PASSWORD,
            is_right: true,
            code: fields.get("code").to_owned(),
            source: Source::of(request).by(&account),
            mail: app.config.smtp.is_on(),
            account,
        }
    }

    /// Whether the password was right.
    pub fn is_right(&self) -> bool {
        self.is_right
    }

    /// Accepts the password, if it still is the account's, and the code, if there is a second factor, which uses the
    /// code up. Within the transaction of the change, so that a replay of the form gets the first answer. Locks the
    /// account.
    pub async fn accept(&self, connection: &mut Connection) -> QueryResult<Result<(), Rejection>> {
        let id = self.account.id;
        if !self.holds(connection).await? {
            return Ok(Err(self.wrong_password()));
        }
        if !second_factor::is_set(id, connection).await? {
            return Ok(Ok(()));
        }
        let proof = second_factor::accept(id, &self.code, connection).await?;
        if proof == Some(Proof::RecoveryCode) {
            self.source.record(Event::RecoveryCodeUsed, &self.account, "", connection).await?;
        }
        Ok(proof.map(|_| ()).ok_or_else(wrong_code))
    }

    /// Whether the password was right and still is the account's, which is locked for the rest of the transaction.
    pub async fn holds(&self, connection: &mut Connection) -> QueryResult<bool> {
        Ok(self.is_right && account::lock_proven(&self.account, connection).await?.is_some())
    }

    /// Makes a change that calls [`Self::accept`]. If it takes a code, that is a try, which is counted.
    ///
    /// # Errors
    ///
    /// As the change, or [`Rejection::RateLimited`].
    pub async fn change<T>(
        &self,
        app: &App,
        request: &Request,
        change: impl Future<Output = Result<T, Rejection>>,
    ) -> Result<T, Rejection> {
        let done = match self.is_right && takes_code(app, self.account.id).await? {
            true => attempt::code(app, request, &self.account, is_code, change).await,
            false => change.await,
        };
        if let Err(rejection) = &done {
            let what = match rejection {
                Rejection::Refused(field, _) if *field == self.field.0 => "password",
                Rejection::Refused("code", _) | Rejection::RateLimited(_) => "second factor",
                _ => return done,
            };
            attempt::record(app, request, rejection, REAUTHENTICATION, &self.account, what);
        }
        done
    }

    /// Records the change in the audit log, and mails the person.
    pub async fn announce(&self, event: Event, detail: &str, connection: &mut Connection) -> QueryResult<()> {
        self.source.record(event, &self.account, detail, connection).await?;
        if let Some(letter) = letters::credential_changed(&self.account, event, detail).filter(|_| self.mail)
        {
            letter.post(connection).await?;
        }
        Ok(())
    }

    /// Beside the form's field for the password.
    pub fn wrong_password(&self) -> Rejection {
        Rejection::Refused(self.field.0, Message::new(self.field.1))
    }
}
