//! What administrators do to accounts: each change within a transaction, with its entry in the audit log.
//!
//! Every change of who is an enabled administrator takes one lock first, so that one always remains, even when two
//! administrators disable each other at the same moment.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::accounts::{Account, LinkKind, Secret, account, link, settings};
use crate::audit::{Event, Source};
use crate::auth::{requirement, sign_in};
use crate::db::users_schema::accounts;
use crate::db::{Connection, granted, now};
use crate::error::Error;
use crate::id::Id;
use crate::web::{Rejection, Role};

/// Why an account stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such account.
    Missing,
    /// Nobody would be left to let people in.
    LastAdministrator,
    /// The link would be useless: the person may not sign in.
    Disabled,
    /// The actor is no longer an administrator.
    NotAllowed,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Missing => Error::NotFound.into(),
            Refusal::NotAllowed => Error::Forbidden.into(),
            Refusal::LastAdministrator => Self::whole("people-last-administrator"),
            Refusal::Disabled => Self::whole("people-link-disabled"),
        }
    }
}

/// The outcome of a change within its transaction.
pub type Change<T = ()> = QueryResult<Result<T, Refusal>>;

/// Changes the role. Sessions know it from the next request on; they end if it requires a second factor that is not
/// set up.
pub async fn set_role(id: Id, role: Role, source: &Source, connection: &mut Connection) -> Change {
    let account = granted!(take(id, source, connection).await?);
    if account.role() == role {
        return Ok(Ok(()));
    }
    if is_last_administrator(&account, connection).await? {
        return Ok(Err(Refusal::LastAdministrator));
    }
    diesel::update(accounts::table.find(id))
        .set((accounts::role.eq(role.key()), accounts::updated_at.eq(now())))
        .execute(connection)
        .await?;
    sign_in::mark_stale(id, connection).await?;
    let detail = format!("{} → {}", account.role().key(), role.key());
    source.record(Event::RoleChanged, &account, &detail, connection).await?;
    requirement::enforce(Some(id), source, connection).await?;
    Ok(Ok(()))
}

/// Shuts the person out at once, on every replica, and revokes their links.
pub async fn disable(id: Id, source: &Source, connection: &mut Connection) -> Change {
    let account = granted!(take(id, source, connection).await?);
    if account.disabled_at.is_some() {
        return Ok(Ok(()));
    }
    if is_last_administrator(&account, connection).await? {
        return Ok(Err(Refusal::LastAdministrator));
    }
    diesel::update(accounts::table.find(id))
        .set((accounts::disabled_at.eq(now()), accounts::updated_at.eq(now())))
        .execute(connection)
        .await?;
    sign_in::end_all(id, None, "disabled", connection).await?;
    link::revoke(LinkKind::Password, id, connection).await?;
    link::revoke(LinkKind::Email, id, connection).await?;
    source.record(Event::Disabled, &account, "", connection).await?;
    Ok(Ok(()))
}

/// Lets the person sign in again.
pub async fn enable(id: Id, source: &Source, connection: &mut Connection) -> Change {
    let account = granted!(take(id, source, connection).await?);
    if account.disabled_at.is_none() {
        return Ok(Ok(()));
    }
    diesel::update(accounts::table.find(id))
        .set((accounts::disabled_at.eq(None::<time::PrimitiveDateTime>), accounts::updated_at.eq(now())))
        .execute(connection)
        .await?;
    source.record(Event::Enabled, &account, "", connection).await?;
    Ok(Ok(()))
}

/// Ends all sign-ins of the person.
pub async fn end_sign_ins(id: Id, source: &Source, connection: &mut Connection) -> Change {
    let account = granted!(take(id, source, connection).await?);
    sign_in::end_all(id, None, "administrator", connection).await?;
    source.record(Event::SignInEnded, &account, "administrator", connection).await?;
    Ok(Ok(()))
}

/// Stores a link that sets a new password; earlier ones stop working.
pub async fn make_password_link(
    id: Id,
    secret: &Secret,
    source: &Source,
    connection: &mut Connection,
) -> Change {
    let account = granted!(take(id, source, connection).await?);
    if account.disabled_at.is_some() {
        return Ok(Err(Refusal::Disabled));
    }
    link::insert(secret, LinkKind::Password, id, "", connection).await?;
    source.record(Event::PasswordLinkMade, &account, "", connection).await?;
    Ok(Ok(()))
}

/// Whether the actor still is an administrator. An operator at the command line, who has no account, always may act.
///
/// Takes the lock, and must be the transaction's first read: an earlier snapshot would miss what the change that it
/// waited for has done.
pub async fn may_act(source: &Source, connection: &mut Connection) -> QueryResult<bool> {
    settings::lock_administration(connection).await?;
    let Some(actor) = source.actor.id else { return Ok(true) };
    let enabled = administrators().filter(accounts::id.eq(actor));
    diesel::select(diesel::dsl::exists(enabled)).get_result(connection).await
}

/// Locks the account to change.
async fn take(id: Id, source: &Source, connection: &mut Connection) -> Change<Account> {
    if !may_act(source, connection).await? {
        return Ok(Err(Refusal::NotAllowed));
    }
    Ok(account::lock(id, connection).await?.ok_or(Refusal::Missing))
}

/// Whether no other administrator is enabled.
async fn is_last_administrator(account: &Account, connection: &mut Connection) -> QueryResult<bool> {
    if account.role() != Role::Administrator || account.disabled_at.is_some() {
        return Ok(false);
    }
    let others: i64 =
        administrators().filter(accounts::id.ne(account.id)).count().get_result(connection).await?;
    Ok(others == 0)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn administrators() -> _ {
    let role: &'static str = "administrator";
    accounts::table.filter(accounts::role.eq(role)).filter(accounts::disabled_at.is_null())
}
