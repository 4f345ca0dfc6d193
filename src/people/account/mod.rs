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

use diesel::QueryResult;
use poem::http::StatusCode;
use poem::{FromRequest, Request, RequestBody, Response};
use tower_sessions_core::Session;

pub use sign_ins::Listed;

use crate::accounts::{Account, account};
use crate::app::App;
use crate::auth::{session, sign_in, takes_code};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::people::views::account::{self as views, Shown};
use crate::web::draft::Found;
use crate::web::{Context, Form, Person, SignedIn, answer};
use notices::Done;

/// Somebody with the sign-in by which they ask.
#[derive(Clone, Debug)]
pub struct Owner {
    pub person: Person,
    /// The id of the sign-in's row.
    pub sign_in: sign_in::Hash,
}

impl<'a> FromRequest<'a> for Owner {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let SignedIn(person) = SignedIn::from_request(request, body).await?;
        let sign_in = request.data::<Session>().and_then(session::row_id).ok_or(Error::NotSignedIn)?;
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

/// The forms of the page; all but the one that was sent are as stored.
#[derive(Default)]
pub struct Forms {
    pub profile: Option<Form>,
    pub email: Option<Form>,
    pub password: Option<Form>,
    /// What was typed before signing in.
    pub found: Found,
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

/// Ends all sign-ins of the account but this one.
async fn end_others(owner: &Owner, because: &str, connection: &mut Connection) -> QueryResult<()> {
    sign_in::end_all(owner.person.id, Some(&owner.sign_in), because, connection).await.map(|_| ())
}
