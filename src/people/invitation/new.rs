//! Inviting.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Invitation;
use crate::accounts::account::{self, EmailTaken, email_key};
use crate::accounts::link::Secret;
use crate::audit::log::{Event, Source, Who};
use crate::db::users_schema::invitations;
use crate::db::{Connection, now};
use crate::error::Error;
use crate::id::Id;
use crate::mail::{Mail, letters};
use crate::people::administration::may_act;
use crate::web::{Person, Rejection, Role};

/// An invitation that is not stored yet.
#[derive(Clone)]
pub struct NewInvitation {
    pub key: Id,
    pub secret: Secret,
    pub email: String,
    pub role: Role,
    pub by: Person,
    /// The mail with the link. Without one, the administrator passes the link on.
    pub mail: Option<Mail>,
}

impl NewInvitation {
    /// Stores it and posts its mail. Earlier ones to the same address stop working.
    pub async fn insert(
        &self,
        source: &Source,
        connection: &mut Connection,
    ) -> QueryResult<Result<(), Rejection>> {
        if !may_act(source, connection).await? {
            return Ok(Err(Error::Forbidden.into()));
        }
        if account::find_by_email(&self.email, connection).await?.is_some() {
            return Ok(Err(EmailTaken.into()));
        }
        revoke_open(&self.email, source, connection).await?;
        // Mail and invitation share their key, by which they are joined.
        let id = match &self.mail {
            Some(mail) => mail.post(connection).await?,
            None => self.key,
        };
        diesel::insert_into(invitations::table)
            .values((
                (invitations::id.eq(id), invitations::link.eq(&self.secret.hash[..])),
                (invitations::email.eq(&self.email), invitations::role.eq(self.role.key())),
                (
                    invitations::invited_by.eq(self.by.id),
                    invitations::invited_by_name.eq(self.by.full_name()),
                ),
                (invitations::created_at.eq(now()), invitations::expires_at.eq(now() + letters::INVITATION)),
            ))
            .execute(connection)
            .await?;
        let invited = Who { id: None, email: self.email.clone() };
        source.record(Event::Invited, invited, self.role.key(), connection).await?;
        Ok(Ok(()))
    }
}

/// Revokes open invitations to an address. The index ignores case and accents, addresses only case.
async fn revoke_open(email: &str, source: &Source, connection: &mut Connection) -> QueryResult<()> {
    let like_it = invitations::table
        .filter(invitations::email.eq(email).and(invitations::accepted_at.is_null()))
        .select(Invitation::as_select())
        .for_update()
        .load::<Invitation>(connection);
    for invitation in like_it.await? {
        if email_key(&invitation.email) == email_key(email) {
            invitation.revoke(source, connection).await?;
        }
    }
    Ok(())
}
