//! Ending one's own sign-ins, on every replica at once.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::notices::Done;
use super::sign_ins::hashes;
use super::{Owner, done, end_others};
use crate::app::App;
use crate::audit::{Event, Source};
use crate::auth::{self, end_reason, sign_in};
use crate::db::users_schema::sign_ins;
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Submission};

/// Why none has ended.
enum Refused {
    /// The sign-in that asked for it has ended itself.
    Ended,
    /// The person has no such sign-in.
    Missing,
}

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
    let source = Source::of(request);
    let change = async move |connection: &mut Connection| end(&owner, handle, &source, connection).await;
    answer(app, &context, submission.once(&app.users, change).await?, Done::Ended).await
}

/// Ends all but the one that asks.
#[handler]
pub async fn create_others(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    request: &Request,
) -> Result<Response> {
    let source = Source::of(request);
    let change = async move |connection: &mut Connection| {
        let Some(account) = owner.lock(connection).await? else { return Ok(Err(Refused::Ended)) };
        end_others(&owner, end_reason::ELSEWHERE, connection).await?;
        source.record(Event::SignInEnded, &account, "all others", connection).await?;
        Ok(Ok(()))
    };
    answer(app, &context, submission.once(&app.users, change).await?, Done::EndedOthers).await
}

async fn end(
    owner: &Owner,
    handle: Id,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Refused>> {
    let Some(account) = owner.lock(connection).await? else { return Ok(Err(Refused::Ended)) };
    let (first, last) = hashes(handle);
    // Also one that has ended already: the person wants no more than that.
    let hash = sign_ins::table
        .filter(sign_ins::account_id.eq(account.id).and(sign_ins::id.between(first, last)))
        .select(sign_ins::id)
        .first::<Vec<u8>>(connection)
        .await
        .optional()?;
    let Some(Ok(hash)) = hash.map(sign_in::Hash::try_from) else { return Ok(Err(Refused::Missing)) };
    sign_in::end(&hash, end_reason::ELSEWHERE, connection).await?;
    source.record(Event::SignInEnded, &account, &handle.to_string(), connection).await?;
    Ok(Ok(()))
}

async fn answer(app: &App, context: &Context, once: Outcome<(), Refused>, what: Done) -> Result<Response> {
    match once {
        Outcome::Done(()) => {
            auth::sessions(app).store().sync_or_later(context.person_id()).await;
            Ok(done(app, context, what))
        }
        Outcome::Refused(Refused::Ended) => Err(Error::NotSignedIn),
        Outcome::Refused(Refused::Missing) => Err(Error::NotFound),
        Outcome::KeyReused => Err(Error::ForeignSubmission),
    }
}
