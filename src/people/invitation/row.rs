//! The row of an invitation: a link by which one person can make themselves an account with a role.

use std::borrow::Cow;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::{Duration, PrimitiveDateTime};

use crate::accounts::account::{self, Account, EmailTaken, email_key};
use crate::accounts::link::{self, Secret};
use crate::audit::log::{Event, Source, Who};
use crate::db::users_schema::{invitations, mails};
use crate::db::{Connection, now};
use crate::id::Id;
use crate::mail::outbox::Mail;
use crate::people::administration::{Refusal, may_act};
use crate::web::{Filters, Parameters, Person, Role, list};

/// How long an invitation is good.
pub const LIFETIME: Duration = Duration::days(7);

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

/// What has become of an invitation.
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

    /// What the account will be allowed to do. A role that is not known may do the least.
    pub fn role(&self) -> Role {
        Role::from_key(&self.role).unwrap_or(Role::Viewer)
    }

    /// Takes it back, if it is open.
    async fn revoke(&self, source: &Source, connection: &mut Connection) -> QueryResult<()> {
        if self.state() != State::Open {
            return Ok(());
        }
        diesel::update(invitations::table.find(self.id))
            .set(invitations::revoked_at.eq(now()))
            .execute(connection)
            .await?;
        // What has not left yet is not to leave any more, and needs no link.
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

/// How far the mail with the link has come.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = mails)]
pub struct Posted {
    pub sent_at: Option<PrimitiveDateTime>,
    pub expires_at: PrimitiveDateTime,
    pub tries: u32,
    pub last_error: Option<String>,
}

/// An invitation and, where it went by mail, that mail.
pub type Row = (Invitation, Option<Posted>);

/// The list, newest first; nothing narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct All;

impl Filters for All {
    const PATH: &'static str = "/users/invitations";
    const NAME: &'static str = "invitation";
    type Sort = ();

    fn read(_: &Parameters) -> Self {
        Self
    }

    fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        Vec::new()
    }
}

pub type Query = list::Query<All>;
pub type Listing = list::Listing<All, Row>;

/// One page.
pub async fn load(query: &Query, connection: &mut Connection) -> QueryResult<Listing> {
    let total: i64 = invitations::table.count().get_result(connection).await?;
    let mut listing = Listing::new(query, u64::try_from(total).unwrap_or(0));
    let (limit, offset) = listing.window();
    listing.rows = invitations::table
        .left_join(mails::table.on(mails::id.eq(invitations::id)))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .select((Invitation::as_select(), Option::<Posted>::as_select()))
        .limit(limit)
        .offset(offset)
        .load(connection)
        .await?;
    Ok(listing)
}

/// An invitation that is not stored yet.
#[derive(Clone)]
pub struct NewInvitation {
    pub key: Id,
    pub secret: Secret,
    pub email: String,
    pub role: Role,
    pub by: Person,
    /// The mail with the link; without one, who invites passes the link on.
    pub mail: Option<Mail>,
}

/// Why there is no invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwanted {
    EmailTaken,
    NotAllowed,
}

impl NewInvitation {
    /// Stores it and posts its mail. Earlier ones to the same address are good no more.
    pub async fn insert(
        &self,
        source: &Source,
        connection: &mut Connection,
    ) -> QueryResult<Result<(), Unwanted>> {
        if !may_act(source, connection).await? {
            return Ok(Err(Unwanted::NotAllowed));
        }
        if account::find_by_email(&self.email, connection).await?.is_some() {
            return Ok(Err(Unwanted::EmailTaken));
        }
        revoke_open(&self.email, source, connection).await?;
        // Mail and invitation share their key, which leads from one to the other.
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
                (invitations::created_at.eq(now()), invitations::expires_at.eq(now() + LIFETIME)),
            ))
            .execute(connection)
            .await?;
        let invited = Who { id: None, email: self.email.clone() };
        source.record(Event::Invited, invited, self.role.key(), connection).await?;
        Ok(Ok(()))
    }
}

/// Takes back what is open to an address. The index knows neither case nor accents; addresses know accents.
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

/// Takes an invitation back; one that was accepted stays accepted.
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

/// The invitation of a link, if it is still good.
pub async fn find(text: &str, connection: &mut Connection) -> QueryResult<Option<Invitation>> {
    let found = invitations::table
        .filter(invitations::link.eq(&link::hash(text)[..]))
        .select(Invitation::as_select())
        .first(connection)
        .await
        .optional()?;
    Ok(found.filter(|invitation: &Invitation| invitation.state() == State::Open))
}

/// Why an invitation does not become an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    /// Revoked, expired or accepted meanwhile.
    NotGood,
    EmailTaken,
}

/// Uses an invitation up for an account: of two who do that at once, one gets it. The address and the
/// role are the invitation's.
pub async fn accept(
    text: &str,
    mut account: Account,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), NotAccepted>> {
    let by_link = invitations::table.filter(invitations::link.eq(link::hash(text).to_vec()));
    let found: Option<Invitation> =
        by_link.select(Invitation::as_select()).for_update().first(connection).await.optional()?;
    let Some(invitation) = found.filter(|invitation| invitation.state() == State::Open) else {
        return Ok(Err(NotAccepted::NotGood));
    };
    diesel::update(invitations::table.find(invitation.id))
        .set(invitations::accepted_at.eq(now()))
        .execute(connection)
        .await?;
    account.role = invitation.role().key().to_owned();
    let who = Who::from(&account);
    if let Err(EmailTaken) = account.insert(connection).await? {
        return Ok(Err(NotAccepted::EmailTaken));
    }
    let by = source.clone().by(who.clone());
    by.record(Event::InvitationAccepted, who, invitation.role().key(), connection).await?;
    Ok(Ok(()))
}

/// The address of an invitation that was accepted, by its link.
pub async fn accepted(text: &str, connection: &mut Connection) -> QueryResult<Option<String>> {
    invitations::table
        .filter(invitations::link.eq(link::hash(text).to_vec()).and(invitations::accepted_at.is_not_null()))
        .select(invitations::email)
        .first(connection)
        .await
        .optional()
}
