//! Who did something, from where, and its entry in the log.

use diesel::QueryResult;
use poem::Request;

use super::event::Event;
use super::row::Row;
use crate::accounts::Account;
use crate::db::{Connection, after_commit, now};
use crate::id::Id;
use crate::web::{Context, Origin, Person, RequestId, origin};

/// The operator of the installation, as entries name them.
pub const OPERATOR: &str = "operator";

/// Somebody an entry is about: the account, if there is one, and the e-mail address at the time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    pub id: Option<Id>,
    pub email: String,
}

impl From<&Person> for Who {
    fn from(person: &Person) -> Self {
        Self { id: Some(person.id), email: person.email.clone() }
    }
}

impl From<&Account> for Who {
    fn from(account: &Account) -> Self {
        Self { id: Some(account.id), email: account.email.clone() }
    }
}

/// Who does something, and from where: what all entries of a request have in common.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub actor: Who,
    pub origin: Origin,
    pub request_id: String,
}

impl Source {
    /// What is known of a request.
    pub fn of(request: &Request) -> Self {
        let person = request.data::<Context>().and_then(|context| context.person.as_ref());
        Self {
            actor: person.map(Who::from).unwrap_or_default(),
            origin: origin(request),
            request_id: request.data::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default(),
        }
    }

    /// The operator of the installation, at the command line.
    pub fn operator() -> Self {
        Self { actor: Who { id: None, email: OPERATOR.into() }, ..Self::default() }
    }

    /// The same, by somebody the request did not know yet.
    pub fn by(mut self, actor: impl Into<Who>) -> Self {
        self.actor = actor.into();
        self
    }

    /// Adds an entry, within the transaction of what it is about. The log line follows the commit.
    pub async fn record(
        &self,
        event: Event,
        subject: impl Into<Who> + Send,
        detail: &str,
        connection: &mut Connection,
    ) -> QueryResult<()> {
        let row = self.row(event, subject.into(), detail);
        row.insert(connection).await?;
        after_commit(move || row.tell());
        Ok(())
    }

    /// An entry with the present time.
    pub fn row(&self, event: Event, subject: Who, detail: &str) -> Row {
        let cut = |text: &str, longest| text.chars().take(longest).collect::<String>();
        Row {
            id: Id::new(),
            at: now(),
            event: event.key(),
            actor_id: self.actor.id,
            actor: cut(&self.actor.email, 254),
            subject_id: subject.id,
            subject: cut(&subject.email, 254),
            detail: cut(detail, 255),
            address: self.origin.address.clone(),
            agent: self.origin.agent.clone(),
            request_id: self.request_id.clone(),
            times: 1,
            since: None,
        }
    }
}
