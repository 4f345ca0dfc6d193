//! What is everyone's own: name, language, address, password, sign-ins.

pub mod email;
pub mod factor;
pub mod notices;
pub mod passkeys;
pub mod password;
pub mod profile;
pub mod recovery_codes;
pub mod sign_in_endings;
mod sign_ins;

use std::time::Duration;

use diesel::QueryResult;
use poem::http::StatusCode;
use poem::{FromRequest, Request, RequestBody, Response};
use tower_sessions_core::Session;

pub use sign_ins::Listed;

use crate::accounts::account::{self, Account};
use crate::app::App;
use crate::audit::log::{self, Event, Source};
use crate::auth::password::Verdict;
use crate::auth::rate_limit::Subject;
use crate::auth::reauthentication::proof::{self, Doubt};
use crate::auth::reauthentication::proven::{Proven, takes_code};
use crate::auth::sign_in::{self, Hash};
use crate::auth::{self, session_store};
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::people::views::account::{self as views, Shown};
use crate::web::{Context, Fields, Form, Message, Parked, Person, SignedIn, answer, origin};
use notices::Done;

/// Somebody with the sign-in by which they ask.
#[derive(Clone, Debug)]
pub struct Owner {
    pub person: Person,
    /// The id of the sign-in's row.
    pub sign_in: Hash,
}

impl<'a> FromRequest<'a> for Owner {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let SignedIn(person) = SignedIn::from_request(request, body).await?;
        let sign_in = request.data::<Session>().and_then(session_store::row_id).ok_or(Error::NotSignedIn)?;
        Ok(Self { person, sign_in })
    }
}

impl Owner {
    /// The account as it is now.
    ///
    /// # Errors
    ///
    /// [`Error::Away`] when the database is.
    pub async fn account(&self, app: &App) -> Result<Account> {
        let id = self.person.id;
        let account = app.users.run(async |connection| account::find(id, connection).await);
        account.await?.ok_or(Error::NotSignedIn)
    }

    /// The account, locked for the rest of the transaction. `None` when the sign-in has ended: what was
    /// under way then is not to be finished.
    pub async fn lock(&self, connection: &mut Connection) -> QueryResult<Option<Account>> {
        let account = account::lock(self.person.id, connection).await?;
        let goes_on = sign_in::goes_on(&self.sign_in, self.person.id, connection).await?;
        Ok(account.filter(|account| account.disabled_at.is_none() && goes_on))
    }
}

/// What a password that is asked for once more came to.
enum Confirmed {
    Right(Box<Proven>),
    Wrong,
    /// So many failures that nothing is verified now.
    Later(Duration),
}

/// Verifies the password of somebody who is signed in: a cookie alone does not change what is theirs.
async fn confirm(app: &App, request: &Request, account: &Account, fields: &Fields) -> Result<Confirmed> {
    let (subject, address) = (Subject::Own(account.id), &origin(request).address);
    if let Err(wait) = auth::rate_limiter(app).try_once(subject, address).await {
        failed(app, request, account, Event::ProofThrottled);
        return Ok(Confirmed::Later(wait));
    }
    let password = fields.get("current_password");
    match auth::hasher(app).verify(password, Some(account.password_hash.clone())).await {
        Ok(Verdict::Wrong) => Ok(Confirmed::Wrong),
        Ok(Verdict::Right | Verdict::RightRenewed(_)) => {
            auth::rate_limiter(app).succeeded(subject, address).await;
            Ok(Confirmed::Right(Box::new(Proven::new(app, request, account.clone(), fields))))
        }
        Err(error) => {
            auth::rate_limiter(app).withdraw(subject, address).await;
            Err(error)
        }
    }
}

/// Notes a password that was not taken. Of a wrong one, only the form's key tells whether it was: it may come
/// a second time.
fn failed(app: &App, request: &Request, account: &Account, event: Event) {
    log::record_later(app, Source::of(request), event, account.into(), "password".into());
}

/// The forms of the page; all but the one that was sent are as stored.
#[derive(Default)]
pub struct Forms {
    pub profile: Option<Form>,
    pub email: Option<Form>,
    pub password: Option<Form>,
    /// What was typed before signing in.
    pub found: Parked,
}

/// The whole page.
async fn page(
    app: &App,
    context: &Context,
    owner: &Owner,
    forms: Forms,
    status: StatusCode,
    notice: Option<Done>,
) -> Result<Response> {
    let account = owner.account(app).await?;
    let sign_ins = sign_ins::load(app, owner).await?;
    let key = || app.signer.issue(owner.person.id);
    let keyed = |mut form: Form| {
        form.submission = key();
        form
    };
    let profile = forms.profile.unwrap_or_else(|| profile::stored(&account));
    let shown = Shown {
        profile: keyed(profile),
        email: keyed(forms.email.unwrap_or_default()),
        password: keyed(forms.password.unwrap_or_default()),
        has_factor: takes_code(app, owner.person.id).await?,
        account: &account,
        sign_ins: &sign_ins,
        end_others: key(),
        notice,
        found: &forms.found,
    };
    Ok(answer::html(status, views::page(context, &shown)))
}

/// On to the account's page, which says what was done.
fn done(app: &App, context: &Context, done: Done) -> Response {
    let mut response = answer::see_other(context, "/account");
    notices::leave(app, &mut response, done);
    response
}

/// The key of the form that ends all other sign-ins, where there are any: for pages on which somebody changes
/// how they get in, and may want to have others out.
///
/// # Errors
///
/// When the database is away.
pub async fn others(app: &App, owner: &Owner) -> Result<Option<String>> {
    let are_there = sign_ins::load(app, owner).await?.iter().any(|sign_in| !sign_in.is_this);
    Ok(are_there.then(|| app.signer.issue(owner.person.id)))
}

/// Says in a form that nothing is verified before so long.
fn held(form: &mut Form, wait: Duration) -> Duration {
    form.fail("", Message::new("login-throttled").with("seconds", wait.as_secs().max(1)));
    wait
}

/// What became of a change that takes the password and, where there is a second factor, a code. Nobody has
/// proven anything with a wrong password, but the form may come a second time, and the key tells.
async fn changed<T, R>(
    app: &App,
    request: &Request,
    proven: Option<&Proven>,
    is_code: impl FnOnce(&R) -> bool + Copy,
    change: impl Future<Output = Result<Outcome<T, R>>>,
) -> Result<T, Doubt<R>> {
    match proven {
        Some(proven) => proven.done(app, request, is_code, change).await,
        None => proof::done(change.await?),
    }
}

/// Ends all sign-ins of the account but this one.
async fn end_others(owner: &Owner, because: &str, connection: &mut Connection) -> QueryResult<()> {
    sign_in::end_all(owner.person.id, Some(&owner.sign_in), because, connection).await.map(|_| ())
}

/// An answer that says when to come again.
fn later(response: Response, wait: Option<Duration>) -> Response {
    match wait {
        Some(wait) => answer::later(response, wait),
        None => response,
    }
}
