//! Sends mail through `BODEGA_SMTP_URL`.

use std::time::Duration;

use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::time::timeout;

use crate::config::Config;
use crate::id::Id;
use crate::text::without_secrets;

/// Timeouts of one SMTP command, and of one mail.
const COMMAND: Duration = Duration::from_secs(10);
pub const WHOLE: Duration = Duration::from_secs(25);

/// The SMTP client.
pub struct Postman {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// One mail.
pub struct Letter<'a> {
    /// The same at each try, so that a mail server or a mailbox can recognize copies.
    pub id: Id,
    pub recipient: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
}

/// The result of a try.
pub enum Outcome {
    Sent,
    /// Why not yet.
    Later(String),
    /// Why never. First what may appear in the audit log: servers quote what they refuse, links included.
    Never(String, String),
}

impl Postman {
    /// `None` where no server is configured.
    pub fn new(config: &Config) -> Option<Self> {
        let url = config.smtp.smtp_url.as_ref()?;
        let host = config.public_url.host_str().unwrap_or("localhost").to_owned();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .expect("checked when configured")
            .hello_name(ClientId::Domain(host))
            .timeout(Some(COMMAND))
            .build();
        Some(Self { transport, from: config.mail_from.clone() })
    }

    /// Tries to send it, for [`WHOLE`] at most.
    pub async fn send(&self, letter: &Letter<'_>) -> Outcome {
        let message = match self.message(letter) {
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

    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let to: Address = letter.recipient.parse().map_err(|error| format!("the address: {error}"))?;
        Message::builder()
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.to_owned())
            .map_err(|error| error.to_string())
    }
}

/// The codes of an answer that refuses this mail, or its recipient, for good. Other permanent refusals are about the
/// installation (it has to sign in, may not relay, its sender is unknown: RFC 3463), which its operator can fix before
/// the mail expires.
fn refusal(error: &Error) -> Option<String> {
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

/// An error with its causes, which is where lettre says what happened, in the words of a server, which may quote the
/// mail's link.
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
    without_secrets(&text)
}
