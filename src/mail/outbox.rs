//! The outbox: mail is stored, with the job that sends it, in the transaction of the change that causes it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::Duration;

use super::delivery::Delivery;
use crate::db::users_schema::mails;
use crate::db::{Connection, now};
use crate::id::Id;
use crate::jobs;

/// A mail to one person, plain text, in their language.
#[derive(Clone)]
pub struct Mail {
    pub recipient: String,
    pub subject: String,
    pub body: String,
    /// After this it is useless, and not sent any more.
    pub lifetime: Duration,
}

/// Omits the body, which may hold a one-time link.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("recipient", &self.recipient).finish_non_exhaustive()
    }
}

impl Mail {
    /// Queues the mail; it is sent after the commit.
    pub async fn post(&self, connection: &mut Connection) -> QueryResult<Id> {
        let id = Id::new();
        diesel::insert_into(mails::table)
            .values((
                (mails::id.eq(id), mails::recipient.eq(&self.recipient), mails::subject.eq(&self.subject)),
                (
                    mails::body.eq(&self.body),
                    mails::created_at.eq(now()),
                    mails::expires_at.eq(now() + self.lifetime),
                ),
            ))
            .execute(connection)
            .await?;
        jobs::enqueue(&Delivery { mail: id }, connection).await?;
        Ok(id)
    }
}
