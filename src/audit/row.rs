//! A row of the audit log, for one event or several alike.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use crate::db::Connection;
use crate::db::users_schema::security_log;
use crate::id::Id;

/// Stands for what differs between the events of a row. No e-mail address looks like it.
pub const VARIOUS: &str = "*";

/// As in the table.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = security_log)]
pub struct Row {
    pub id: Id,
    /// UTC; of several events, the last.
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
    /// How many events it stands for.
    pub times: u32,
    /// Of several events, the time of the first.
    pub since: Option<PrimitiveDateTime>,
}

impl Row {
    /// Idempotent.
    pub async fn insert(&self, connection: &mut Connection) -> QueryResult<()> {
        match diesel::insert_into(security_log::table).values(self).execute(connection).await {
            Ok(_) | Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes the log line.
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

    /// Adds a later event. What the two do not have in common becomes [`VARIOUS`] or empty.
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
