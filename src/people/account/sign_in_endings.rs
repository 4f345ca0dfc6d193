//! Ending one's own sign-ins, on every replica at once.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::Owner;
use super::page::done;
use super::sign_ins::hashes;
use crate::app::App;
use crate::audit::{Event, Source};
use crate::auth::{self, end_reason, sign_in};
use crate::db::users_schema::sign_ins;
use crate::db::{Connection, granted};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Submission};

/// Ends one.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let handle: Id = id.parse().map_err(|_| Error::NotFound)?;
    let (whose, source) = (owner.person.id, Source::of(request));
    let change = async move |connection: &mut Connection| end(&owner, handle, &source, connection).await;
    auth::change(app, submission, whose, change).await?;
    Ok(done(&context, "notice-sign-in-ended"))
}

/// Ends all but the current one.
#[handler]
pub async fn create_others(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    request: &Request,
) -> Result<Response> {
    let (whose, source) = (owner.person.id, Source::of(request));
    let change = async move |connection: &mut Connection| end_others(&owner, &source, connection).await;
    auth::change(app, submission, whose, change).await?;
    Ok(done(&context, "notice-other-sign-ins-ended"))
}

async fn end(
    owner: &Owner,
    handle: Id,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Error>> {
    let account = granted!(owner.lock(connection).await?);
    let (first, last) = hashes(handle);
    // Also one that has ended already: that is what was asked for.
    let hash = sign_ins::table
        .filter(sign_ins::account_id.eq(account.id).and(sign_ins::id.between(first, last)))
        .select(sign_ins::id)
        .first::<Vec<u8>>(connection)
        .await
        .optional()?;
    let Some(Ok(hash)) = hash.map(sign_in::Hash::try_from) else { return Ok(Err(Error::NotFound)) };
    sign_in::end(&hash, end_reason::ELSEWHERE, connection).await?;
    source.record(Event::SignInEnded, &account, &handle.to_string(), connection).await?;
    Ok(Ok(()))
}

async fn end_others(
    owner: &Owner,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Error>> {
    let account = granted!(owner.lock(connection).await?);
    owner.end_others(end_reason::ELSEWHERE, connection).await?;
    source.record(Event::SignInEnded, &account, "all others", connection).await?;
    Ok(Ok(()))
}
