//! Changing how one gets in: what that takes, and who is told.

use diesel::QueryResult;
use poem::Request;

use super::proof::{self, Doubt, Problem};
use crate::accounts::account::{self, Account};
use crate::app::App;
use crate::audit::log::{Event, Source};
use crate::auth::second_factor::store::{self, Proof};
use crate::db::{Connection, Outcome};
use crate::error::Result;
use crate::id::Id;
use crate::mail::letters;
use crate::web::Fields;

/// Somebody whose password was right a moment ago, about to change how they get in.
#[derive(Clone)]
pub struct Proven {
    pub account: Account,
    /// What was typed as a code.
    code: String,
    source: Source,
    /// Whether mail can be sent.
    mail: bool,
}

/// What of a proof does not hold, or not any more.
pub enum Flaw {
    Password,
    Code,
}

impl From<Flaw> for Problem {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Password => proof::wrong_password(),
            Flaw::Code => proof::wrong_code(),
        }
    }
}

/// Whether a code is asked for besides the password.
///
/// # Errors
///
/// When the database is away.
pub async fn takes_code(app: &App, account: Id) -> Result<bool> {
    app.users.run(async |connection| store::is_set(account, connection).await).await
}

impl Proven {
    pub fn new(app: &App, request: &Request, account: Account, fields: &Fields) -> Self {
        Self {
            code: fields.get("code").to_owned(),
            source: Source::of(request).by(&account),
            mail: app.config.smtp.is_on(),
            account,
        }
    }

    /// Looks whether the password is still the account's, which is locked for that, and takes the code, where there is
    /// a second factor, and thereby uses it up: within the transaction of the change, so that a form which comes again
    /// is answered as the first time.
    pub async fn take(&self, connection: &mut Connection) -> QueryResult<Result<(), Flaw>> {
        let id = self.account.id;
        if !self.holds(connection).await? {
            return Ok(Err(Flaw::Password));
        }
        if !store::is_set(id, connection).await? {
            return Ok(Ok(()));
        }
        let proof = store::accept(id, &self.code, connection).await?;
        if proof == Some(Proof::RecoveryCode) {
            self.source.record(Event::RecoveryCodeUsed, &self.account, "", connection).await?;
        }
        Ok(proof.map(|_| ()).ok_or(Flaw::Code))
    }

    /// Whether the password is still the account's, which is locked for the rest of the transaction.
    pub async fn holds(&self, connection: &mut Connection) -> QueryResult<bool> {
        Ok(account::lock_proven(&self.account, connection).await?.is_some())
    }

    /// Tells of the change: the security log and, by mail, the person.
    pub async fn tell(&self, event: Event, detail: &str, connection: &mut Connection) -> QueryResult<()> {
        self.source.record(event, &self.account, detail, connection).await?;
        if let Some(letter) = letters::way_in_changed(&self.account, event, detail).filter(|_| self.mail) {
            letter.post(connection).await?;
        }
        Ok(())
    }

    /// What became of a change that takes the code. Where one is asked for, that is a try, which is counted;
    /// `is_wrong` tells refusals of the code from others.
    pub async fn done<T, R>(
        &self,
        app: &App,
        request: &Request,
        is_wrong: impl FnOnce(&R) -> bool + Copy,
        change: impl Future<Output = Result<Outcome<T, R>>>,
    ) -> Result<T, Doubt<R>> {
        if !takes_code(app, self.account.id).await? {
            return proof::done(change.await?);
        }
        let done = proof::code(app, request, &self.account, is_wrong, change).await;
        match &done {
            Err(Doubt::Refused(why)) if !is_wrong(why) => {}
            Err(doubt) => doubt.record(app, request, &self.account, "second factor"),
            Ok(_) => {}
        }
        done
    }
}
