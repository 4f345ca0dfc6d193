//! The security log: what happened, when, by whom, from where, to whom. A log line for each event, and a row
//! for each or, of refusals, for many alike (`folds`); neither with a secret in it. The application may add
//! rows, and nothing else.

mod folds;
mod row;
mod writer;

use diesel::QueryResult;
use poem::Request;

use crate::accounts::account::Account;
use crate::app::App;
use crate::db::{Connection, after_commit, now};
use crate::id::Id;
use crate::web::{Context, Origin, Permission, Person, RequestId, origin};

pub use row::{Row, VARIOUS};
pub use writer::Writer;

/// What can happen. The names stand in the table, in the log lines and, after `event-`, in the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    SignedIn,
    SignInFailed,
    SignInThrottled,
    /// A password or a code that was asked for once more, of somebody who is in.
    ProofFailed,
    ProofThrottled,
    SignedOut,
    SignInEnded,
    Registered,
    RoleChanged,
    Disabled,
    Enabled,
    PasswordChanged,
    PasswordLinkMade,
    EmailChanged,
    NameChanged,
    FactorAdded,
    FactorRemoved,
    FactorReset,
    RecoveryCodeUsed,
    RecoveryCodesMade,
    FactorRequirementChanged,
    PasskeyAdded,
    PasskeyRemoved,
    Invited,
    InvitationRevoked,
    InvitationAccepted,
    Refused,
    /// A mail server refused a mail for good.
    MailRefused,
    /// Old refusals were removed, since there were too many entries.
    LogShortened,
}

impl Event {
    pub const ALL: [Self; 29] = [
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignInThrottled,
        Self::ProofFailed,
        Self::ProofThrottled,
        Self::SignedOut,
        Self::SignInEnded,
        Self::Registered,
        Self::RoleChanged,
        Self::Disabled,
        Self::Enabled,
        Self::PasswordChanged,
        Self::PasswordLinkMade,
        Self::EmailChanged,
        Self::NameChanged,
        Self::FactorAdded,
        Self::FactorRemoved,
        Self::FactorReset,
        Self::RecoveryCodeUsed,
        Self::RecoveryCodesMade,
        Self::FactorRequirementChanged,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::Invited,
        Self::InvitationRevoked,
        Self::InvitationAccepted,
        Self::Refused,
        Self::MailRefused,
        Self::LogShortened,
    ];

    /// The name, as in the table.
    pub fn key(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignInFailed => "sign-in-failed",
            Self::SignInThrottled => "sign-in-throttled",
            Self::ProofFailed => "proof-failed",
            Self::ProofThrottled => "proof-throttled",
            Self::SignedOut => "signed-out",
            Self::SignInEnded => "sign-in-ended",
            Self::Registered => "registered",
            Self::RoleChanged => "role-changed",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::PasswordChanged => "password-changed",
            Self::PasswordLinkMade => "password-link-made",
            Self::EmailChanged => "email-changed",
            Self::NameChanged => "name-changed",
            Self::FactorAdded => "factor-added",
            Self::FactorRemoved => "factor-removed",
            Self::FactorReset => "factor-reset",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::RecoveryCodesMade => "recovery-codes-made",
            Self::FactorRequirementChanged => "factor-requirement-changed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::Invited => "invited",
            Self::InvitationRevoked => "invitation-revoked",
            Self::InvitationAccepted => "invitation-accepted",
            Self::Refused => "refused",
            Self::MailRefused => "mail-refused",
            Self::LogShortened => "log-shortened",
        }
    }

    /// Whether nothing came of it, and anybody can cause it without end: such are counted together, and give
    /// way when the log is too long.
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::SignInFailed
                | Self::SignInThrottled
                | Self::ProofFailed
                | Self::ProofThrottled
                | Self::Refused
                | Self::MailRefused
        )
    }

    /// The event of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.key() == key)
    }
}

/// Somebody that an entry is about: the key, if there is an account, and the address at the time.
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

/// From where something is done, and by whom: what all entries of a request have in common.
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

    /// Whoever runs the installation, at its command line.
    pub fn operator() -> Self {
        Self { actor: Who { id: None, email: "operator".into() }, ..Self::default() }
    }

    /// The same, done by somebody whom the request did not know yet.
    pub fn by(mut self, actor: impl Into<Who>) -> Self {
        self.actor = actor.into();
        self
    }

    /// Adds an entry: best within the transaction of what it tells of, and its line follows when that is committed.
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

    /// An entry of now.
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

/// Notes that somebody was refused (403), without letting them wait for it.
pub fn refused(request: &Request, permission: Permission) {
    let Some(app) = request.data::<App>().cloned() else { return };
    let detail = format!("{permission:?} {} {}", request.method(), request.original_uri().path());
    record_later(&app, Source::of(request), Event::Refused, Who::default(), detail);
}

/// Adds an entry that no transaction of its own belongs to, without letting anyone wait.
pub fn record_later(app: &App, source: Source, event: Event, subject: Who, detail: String) {
    let row = source.row(event, subject, &detail);
    row.tell();
    writer(app).take(row, event.is_refusal());
}

/// The task that writes what nobody waits for.
pub fn writer(app: &App) -> &Writer {
    app.kept()
}
