//! Sending the mail that is on its way: by any replica, again and again until it is sent, refused for good, or
//! expires.
//!
//! A replica claims a mail by moving its next try behind a short lease, so that normally no two send it. One
//! that dies in between leaves it to the others; should it have been handed over already, the copy has the
//! same `Message-ID`.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use time::PrimitiveDateTime;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::log::{Event, Source, Who, record_later};
use crate::app::App;
use crate::db::users_schema::mails;
use crate::db::{Connection, now};
use crate::error::Result;
use crate::id::Id;

/// For one command of SMTP, and for all of one mail.
const COMMAND: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(25);
/// Longer than sending may take.
const LEASE: Duration = Duration::from_mins(1);
/// The first and the longest pause between two tries.
const PAUSE: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_mins(15);

/// A mail that this replica has claimed.
#[derive(Clone, Queryable)]
struct Claimed {
    id: Id,
    recipient: String,
    subject: String,
    body: String,
    expires_at: PrimitiveDateTime,
    tries: u32,
    next_try_at: Option<PrimitiveDateTime>,
}

/// Hands mail over to `BODEGA_SMTP_URL`.
pub struct Postman {
    app: App,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    ending: CancellationToken,
}

/// What became of a try.
enum Outcome {
    Sent,
    /// Why not, and that it may yet be.
    Later(String),
    /// Why never; first what of it may stand in the security log: servers quote what they refuse, also a link.
    Never(String, String),
}

impl Postman {
    /// `None` where no server is configured.
    pub fn new(app: &App) -> Option<Self> {
        let url = app.config.smtp.smtp_url.as_ref()?;
        let host = app.config.public_url.host_str().unwrap_or("localhost").to_owned();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .expect("checked when configured")
            .hello_name(ClientId::Domain(host))
            .timeout(Some(COMMAND))
            .build();
        Some(Self { app: app.clone(), transport, ending: CancellationToken::new() })
    }

    /// From this end on it takes up no other mail.
    pub fn until(self, ending: CancellationToken) -> Self {
        Self { ending, ..self }
    }

    /// Sends what is due now, one after another. Says how many were sent.
    ///
    /// # Errors
    ///
    /// When the database is away. What the mail server says stands in the mail's row.
    pub async fn deliver_due(&self) -> Result<u32> {
        let mut sent = 0;
        self.app.users.run(async |connection| give_up(connection).await).await?;
        while !self.ending.is_cancelled()
            && let Some(mail) = self.app.users.run(async |connection| claim(connection).await).await?
        {
            let outcome = self.send(&mail).await;
            sent += u32::from(matches!(outcome, Outcome::Sent));
            self.app.users.run(async |connection| note(&mail, &outcome, connection).await).await?;
            self.tell(&mail, &outcome);
        }
        Ok(sent)
    }

    async fn send(&self, mail: &Claimed) -> Outcome {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(why) => return Outcome::Never(String::new(), why),
        };
        match timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) => match refusal(&error) {
                Some(code) => Outcome::Never(code, chain(&error)),
                None => Outcome::Later(chain(&error)),
            },
            Err(_) => Outcome::Later(format!("no answer within {} s", WHOLE.as_secs())),
        }
    }

    fn tell(&self, mail: &Claimed, outcome: &Outcome) {
        match outcome {
            Outcome::Sent => {}
            Outcome::Later(why) => {
                tracing::warn!(mail = %mail.id, tries = mail.tries, cause = why, "mail not sent");
            }
            Outcome::Never(code, why) => {
                tracing::error!(mail = %mail.id, tries = mail.tries, cause = why, "mail refused for good");
                let recipient = Who { id: None, email: mail.recipient.clone() };
                record_later(&self.app, Source::default(), Event::MailRefused, recipient, code.clone());
            }
        }
    }

    fn message(&self, mail: &Claimed) -> std::result::Result<Message, String> {
        let from = self.app.config.mail_from.clone();
        let to: Address = mail.recipient.parse().map_err(|error| format!("the address: {error}"))?;
        Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
            .from(from)
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|error| error.to_string())
    }
}

/// Takes a mail whose time has come, unless another replica is faster.
async fn claim(connection: &mut Connection) -> QueryResult<Option<Claimed>> {
    loop {
        let due = mails::table
            .filter(mails::next_try_at.le(now()))
            .order(mails::next_try_at)
            .select((
                mails::id,
                mails::recipient,
                mails::subject,
                mails::body,
                mails::expires_at,
                mails::tries,
                mails::next_try_at,
            ))
            .first::<Claimed>(connection)
            .await
            .optional()?;
        let Some(mut mail) = due else { return Ok(None) };
        mail.tries += 1;
        let claimed = diesel::update(mails::table.find(mail.id))
            .filter(mails::next_try_at.eq(mail.next_try_at))
            .set((mails::next_try_at.eq(now() + LEASE), mails::tries.eq(mail.tries)))
            .execute(connection)
            .await?;
        if claimed == 1 {
            return Ok(Some(mail));
        }
    }
}

/// Writes down what became of a try. What is sent or of no use any more loses its body, which may hold a
/// one-time link.
async fn note(mail: &Claimed, outcome: &Outcome, connection: &mut Connection) -> QueryResult<()> {
    let row = diesel::update(mails::table.find(mail.id));
    let nothing = None::<PrimitiveDateTime>;
    match outcome {
        Outcome::Sent => {
            let error = None::<String>;
            row.set((
                mails::sent_at.eq(now()),
                mails::next_try_at.eq(nothing),
                mails::last_error.eq(error),
                mails::body.eq(""),
            ))
            .execute(connection)
            .await?
        }
        Outcome::Never(_, why) => {
            row.set((mails::next_try_at.eq(nothing), mails::last_error.eq(cut(why)), mails::body.eq("")))
                .execute(connection)
                .await?
        }
        Outcome::Later(why) => {
            let next = now() + pause(mail.tries);
            // The last try is made just before the mail expires.
            let last = mail.expires_at - Duration::from_secs(30);
            let next = if next > last && now() < last { last } else { next };
            row.set((mails::next_try_at.eq(next), mails::last_error.eq(cut(why)))).execute(connection).await?
        }
    };
    Ok(())
}

fn cut(why: &str) -> String {
    why.chars().take(255).collect()
}

/// Ends the tries of what has expired.
async fn give_up(connection: &mut Connection) -> QueryResult<()> {
    diesel::update(mails::table.filter(mails::next_try_at.le(now()).and(mails::expires_at.le(now()))))
        .set((mails::next_try_at.eq(None::<PrimitiveDateTime>), mails::body.eq("")))
        .execute(connection)
        .await
        .map(|_| ())
}

/// 5 s, 10 s, 20 s … 15 min, each a little different.
fn pause(tries: u32) -> Duration {
    let pause = PAUSE.saturating_mul(1 << tries.saturating_sub(1).min(12)).min(LONGEST);
    pause.mul_f64(rand::random_range(0.8..1.2))
}

/// The codes of an answer by which this mail, or its recipient, is refused for good. Other refusals that are called
/// permanent are about the installation (it has to sign in, may not relay, its sender is unknown: RFC 3463), which
/// its operator can mend before the mail expires.
fn refusal(error: &lettre::transport::smtp::Error) -> Option<String> {
    let code = error.status().filter(|_| error.is_permanent())?.to_string();
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let enhanced = text.split_whitespace().next().and_then(|word| word.strip_prefix("5."));
    match enhanced.and_then(|word| word.split_once('.')) {
        // The sender's address.
        Some(("1", "7" | "8")) => None,
        Some((about @ ("1" | "2" | "6"), detail)) if detail.parse::<u16>().is_ok() => {
            Some(format!("{code} 5.{about}.{detail}"))
        }
        Some((about, _)) if about.parse::<u16>().is_ok() => None,
        _ => matches!(code.as_str(), "550" | "551" | "552" | "553").then_some(code),
    }
}

/// An error with its causes, which is where lettre says what happened.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_quarter_of_an_hour() {
        let within = |tries, seconds: f64| {
            let pause = pause(tries).as_secs_f64();
            assert!((seconds * 0.79..seconds * 1.21).contains(&pause), "{tries}: {pause}");
        };
        for (tries, seconds) in [(1, 5.0), (2, 10.0), (3, 20.0), (9, 900.0), (u32::MAX, 900.0)] {
            within(tries, seconds);
        }
    }
}
