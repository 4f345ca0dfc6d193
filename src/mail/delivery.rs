//! The job that sends a queued mail, retried until the mail is sent, refused for good, or expires. If a replica dies
//! after sending it, another one sends it again, with the same `Message-ID`.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

use super::smtp::{Letter, Outcome, WHOLE};
use crate::app::App;
use crate::audit::{Event, Source, Who, log};
use crate::db::users_schema::mails;
use crate::db::{Connection, Database, now};
use crate::id::Id;
use crate::jobs::{self, Kind, Run, Stop};
use crate::mail;

/// Sends one mail of the table `mails`.
#[derive(Serialize, Deserialize)]
pub struct Delivery {
    pub mail: Id,
}

/// A mail that still has to be sent.
#[derive(Clone, Queryable)]
struct Waiting {
    id: Id,
    recipient: String,
    subject: String,
    body: String,
    expires_at: PrimitiveDateTime,
    tries: u32,
}

impl Kind for Delivery {
    const NAME: &'static str = "mail";
    /// Longer than sending it and storing the result may take.
    const LEASE: Duration = WHOLE.saturating_add(Duration::from_secs(35));
    /// Until it expires.
    const TRIES: u32 = u32::MAX;

    fn database(app: &App) -> &Database {
        &app.users
    }

    /// A refused or expired mail is no failure of the job: trying again would not help.
    async fn run(&self, app: &App, run: &mut Run) -> Result<(), Stop> {
        let found = app.users.run(async |connection| find(self.mail, connection).await).await?;
        let Some(mail) = found else { return Ok(()) };
        let outcome = mail.send(app).await;
        mail.tell(app, &outcome);
        mail.note(&outcome, run).await?;
        match outcome {
            Some(Outcome::Later(why)) => Err(Stop::Again(mail.pause(), why)),
            _ => Ok(()),
        }
    }
}

async fn find(id: Id, connection: &mut Connection) -> QueryResult<Option<Waiting>> {
    use mails::{body, expires_at, recipient, sent_at, subject, tries};
    let waiting = mails::table.find(id).filter(sent_at.is_null().and(body.ne("")));
    waiting
        .select((mails::id, recipient, subject, body, expires_at, tries))
        .first(connection)
        .await
        .optional()
}

impl Waiting {
    /// The result; `None` if it has expired.
    async fn send(&self, app: &App) -> Option<Outcome> {
        if self.expires_at <= now() {
            return None;
        }
        let Self { recipient, subject, body, .. } = self;
        let Some(postman) = &mail::postman(app) else {
            return Some(Outcome::Later("no mail server is configured".into()));
        };
        Some(postman.send(&Letter { id: self.id, recipient, subject, body }).await)
    }

    fn tell(&self, app: &App, outcome: &Option<Outcome>) {
        match outcome {
            Some(Outcome::Sent | Outcome::Later(_)) => {}
            Some(Outcome::Never(code, why)) => {
                tracing::error!(mail = %self.id, tries = self.tries + 1, cause = why, "mail refused for good");
                let recipient = Who { id: None, email: self.recipient.clone() };
                log::record_later(app, Source::default(), Event::MailRefused, recipient, code.clone());
            }
            None => tracing::error!(mail = %self.id, tries = self.tries, "mail has expired"),
        }
    }

    async fn note(&self, outcome: &Option<Outcome>, run: &mut Run) -> Result<(), Stop> {
        let (id, news, progress) = (self.id, News::of(self, outcome), run.progress().clone());
        run.step(async move |connection: &mut Connection| {
            diesel::update(mails::table.find(id)).set(news).execute(connection).await?;
            Ok(progress)
        })
        .await
    }

    /// The last try is just before it expires.
    fn pause(&self) -> Duration {
        let pause = jobs::pause(self.tries + 1);
        let left = Duration::try_from(self.expires_at - Duration::from_secs(30) - now()).unwrap_or_default();
        if left.is_zero() { pause } else { pause.min(left) }
    }
}

/// The changes of its row. Once it is sent or useless, the body goes: it may hold a one-time link.
#[derive(Clone, AsChangeset)]
#[diesel(table_name = mails)]
struct News {
    tries: u32,
    sent_at: Option<PrimitiveDateTime>,
    last_error: Option<Option<String>>,
    body: Option<&'static str>,
}

impl News {
    fn of(mail: &Waiting, outcome: &Option<Outcome>) -> Self {
        let tried = Self { tries: mail.tries + 1, sent_at: None, last_error: None, body: None };
        let because = |why: &str| Some(Some(why.chars().take(255).collect()));
        match outcome {
            Some(Outcome::Sent) => {
                Self { sent_at: Some(now()), last_error: Some(None), body: Some(""), ..tried }
            }
            Some(Outcome::Later(why)) => Self { last_error: because(why), ..tried },
            Some(Outcome::Never(_, why)) => Self { last_error: because(why), body: Some(""), ..tried },
            None => Self { tries: mail.tries, body: Some(""), ..tried },
        }
    }
}
