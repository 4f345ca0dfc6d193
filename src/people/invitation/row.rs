//! An invitation: a link by which one person can register, with a role.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use crate::accounts::account::{Account, EmailTaken};
use crate::accounts::link;
use crate::audit::log::{Event, Source, Who};
use crate::db::users_schema::{invitations, mails};
use crate::db::{Connection, now};
use crate::error::Error;
use crate::id::Id;
use crate::people::administration::{Refusal, may_act};
use crate::web::{Rejection, Role};

/// An invitation as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    pub id: Id,
    pub email: String,
    pub role: String,
    pub invited_by_name: String,
    pub created_at: PrimitiveDateTime,
    pub expires_at: PrimitiveDateTime,
    pub revoked_at: Option<PrimitiveDateTime>,
    pub accepted_at: Option<PrimitiveDateTime>,
}

/// The state of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Accepted,
    Revoked,
    Expired,
}

impl Invitation {
    pub fn state(&self) -> State {
        match self {
            Self { accepted_at: Some(_), .. } => State::Accepted,
            Self { revoked_at: Some(_), .. } => State::Revoked,
            Self { expires_at, .. } if *expires_at <= now() => State::Expired,
            _ => State::Open,
        }
    }

    /// The role of the account. The least one for a role of another release.
    pub fn role(&self) -> Role {
        Role::from_key(&self.role).unwrap_or(Role::Viewer)
    }

    /// Revokes it, if it is open.
    pub(super) async fn revoke(&self, source: &Source, connection: &mut Connection) -> QueryResult<()> {
        if self.state() != State::Open {
            return Ok(());
        }
        diesel::update(invitations::table.find(self.id))
            .set(invitations::revoked_at.eq(now()))
            .execute(connection)
            .await?;
        // Unsent mail is not sent, and keeps no link.
        let nothing = None::<PrimitiveDateTime>;
        diesel::update(mails::table.find(self.id).filter(mails::sent_at.is_null()))
            .set((mails::body.eq(""), mails::next_try_at.eq(nothing), mails::expires_at.eq(now())))
            .execute(connection)
            .await?;
        source.record(Event::InvitationRevoked, self.invited(), "", connection).await
    }

    fn invited(&self) -> Who {
        Who { id: None, email: self.email.clone() }
    }
}

/// Revokes an invitation; one that was accepted stays accepted.
pub async fn revoke(
    id: Id,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Refusal>> {
    if !may_act(source, connection).await? {
        return Ok(Err(Refusal::NotAllowed));
    }
    let found = invitations::table.find(id).select(Invitation::as_select()).for_update();
    match found.first::<Invitation>(connection).await.optional()? {
        Some(invitation) => invitation.revoke(source, connection).await.map(Ok),
        None => Ok(Err(Refusal::Missing)),
    }
}

/// The invitation of a link, if it is open.
pub async fn find(text: &str, connection: &mut Connection) -> QueryResult<Option<Invitation>> {
    let found = invitations::table
        .filter(invitations::link.eq(&link::hash(text)[..]))
        .select(Invitation::as_select())
        .first(connection)
        .await
        .optional()?;
    Ok(found.filter(|invitation: &Invitation| invitation.state() == State::Open))
}

/// Turns an invitation into an account with its role. If two people try at once, one succeeds.
pub async fn accept(
    text: &str,
    mut account: Account,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Rejection>> {
    let by_link = invitations::table.filter(invitations::link.eq(link::hash(text).to_vec()));
    let found: Option<Invitation> =
        by_link.select(Invitation::as_select()).for_update().first(connection).await.optional()?;
    let Some(invitation) = found.filter(|invitation| invitation.state() == State::Open) else {
        return Ok(Err(Error::NotFound.into()));
    };
    diesel::update(invitations::table.find(invitation.id))
        .set(invitations::accepted_at.eq(now()))
        .execute(connection)
        .await?;
    account.role = invitation.role().key().to_owned();
    let who = Who::from(&account);
    if let Err(EmailTaken) = account.insert(connection).await? {
        return Ok(Err(Rejection::whole("email-taken")));
    }
    let by = source.clone().by(who.clone());
    by.record(Event::InvitationAccepted, who, invitation.role().key(), connection).await?;
    Ok(Ok(()))
}

/// The address of an accepted invitation, by its link.
pub async fn accepted(text: &str, connection: &mut Connection) -> QueryResult<Option<String>> {
    invitations::table
        .filter(invitations::link.eq(link::hash(text).to_vec()).and(invitations::accepted_at.is_not_null()))
        .select(invitations::email)
        .first(connection)
        .await
        .optional()
}
