//! Whether the organisation requires administrators and managers to have a second factor.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::accounts::Account;
use crate::audit::{Event, Source};
use crate::auth::{end_reason, sign_in};
use crate::db::Connection;
use crate::db::users_schema::{accounts, factors, passkeys, settings};
use crate::id::Id;
use crate::web::Role;

const SETTING: &str = "factor_required";
/// Of whom.
const CONCERNED: [Role; 2] = [Role::Administrator, Role::Manager];

/// Whether it does.
pub async fn is_on(connection: &mut Connection) -> QueryResult<bool> {
    let count: i64 = settings::table.find(SETTING).count().get_result(connection).await?;
    Ok(count > 0)
}

/// Whether somebody of this role needs a second factor.
pub async fn applies_to(role: Role, connection: &mut Connection) -> QueryResult<bool> {
    Ok(CONCERNED.contains(&role) && is_on(connection).await?)
}

/// Turns it on or off.
pub async fn set(is_on: bool, connection: &mut Connection) -> QueryResult<()> {
    let done = match is_on {
        true => {
            diesel::insert_or_ignore_into(settings::table)
                .values((settings::name.eq(SETTING), settings::value.eq(&b"yes"[..])))
                .execute(connection)
                .await
        }
        false => diesel::delete(settings::table.find(SETTING)).execute(connection).await,
    };
    done.map(|_| ())
}

/// If the requirement is on, ends the sign-ins of those who may have signed in without meeting it: of all, or of one
/// whom this transaction makes subject to it. They meet it at the next sign-in. The actor stays signed in, given a
/// passkey.
pub async fn enforce(only: Option<Id>, source: &Source, connection: &mut Connection) -> QueryResult<()> {
    if !is_on(connection).await? {
        return Ok(());
    }
    let with_codes = factors::table.filter(factors::confirmed_at.is_not_null()).select(factors::account_id);
    let with_passkeys = passkeys::table.select(passkeys::account_id);
    let actor = source.actor.id.unwrap_or(Id::NIL);
    let mut without = accounts::table
        .filter(accounts::role.eq_any(CONCERNED.map(Role::key)))
        .filter(accounts::id.ne_all(with_codes))
        // Having a passkey, one may still have signed in by password alone.
        .filter(accounts::id.ne_all(with_passkeys).or(accounts::id.ne(actor)))
        .select(Account::as_select())
        .into_boxed();
    if let Some(id) = only {
        without = without.filter(accounts::id.eq(id));
    }
    for account in without.load::<Account>(connection).await? {
        if sign_in::end_all(account.id, None, end_reason::REQUIREMENT, connection).await? > 0 {
            source.record(Event::SignInEnded, &account, "second factor required", connection).await?;
        }
    }
    Ok(())
}
