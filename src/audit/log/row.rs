//! A row of the security log, which tells of one thing that happened or of several alike.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use crate::db::Connection;
use crate::db::users_schema::security_log;
use crate::id::Id;

/// Stands for what is not the same in all that a row tells of. No address is like it.
pub const VARIOUS: &str = "*";

/// As in the table.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = security_log)]
pub struct Row {
    pub id: Id,
    /// UTC; of several, the last.
    pub at: PrimitiveDateTime,
    pub event: &'static str,
    pub actor_id: Option<Id>,
    pub actor: String,
    pub subject_id: Option<Id>,
    pub subject: String,
    pub detail: String,
    pub address: String,
    pub agent: String,
    pub request_id: String,
    /// Of how many it tells.
    pub times: u32,
    /// Of several, when the first happened.
    pub since: Option<PrimitiveDateTime>,
}

impl Row {
    /// Adds it. Doing that twice leaves the same behind.
    pub async fn insert(&self, connection: &mut Connection) -> QueryResult<()> {
        match diesel::insert_into(security_log::table).values(self).execute(connection).await {
            Ok(_) | Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The line of the log.
    pub fn tell(&self) {
        tracing::info!(
            event = self.event,
            actor = self.actor,
            subject = self.subject,
            detail = self.detail,
            address = self.address,
            request_id = self.request_id,
            "security"
        );
    }

    /// Tells of another one, too, which came later. What they do not have in common is left open.
    pub fn add(&mut self, other: &Self) {
        self.since.get_or_insert(self.at);
        (self.at, self.times) = (other.at, self.times.saturating_add(other.times));
        let texts = [
            (&mut self.actor, &other.actor),
            (&mut self.subject, &other.subject),
            (&mut self.detail, &other.detail),
            (&mut self.address, &other.address),
            (&mut self.agent, &other.agent),
        ];
        for (ours, theirs) in texts {
            if ours != theirs {
                VARIOUS.clone_into(ours);
            }
        }
        self.actor_id = self.actor_id.filter(|id| other.actor_id == Some(*id));
        self.subject_id = self.subject_id.filter(|id| other.subject_id == Some(*id));
        if self.request_id != other.request_id {
            self.request_id.clear();
        }
    }
}
