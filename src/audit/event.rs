//! What can happen to accounts.

/// The events, each with its name in the table, in log lines and, after `event-`, in the texts.
macro_rules! events {
    ($($(#[$doc:meta])* $event:ident = $key:literal,)*) => {
        /// Something that happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Event {
            $($(#[$doc])* $event,)*
        }

        impl Event {
            pub const ALL: [Self; [$($key),*].len()] = [$(Self::$event,)*];

            /// The name, as in the table.
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$event => $key,)*
                }
            }
        }
    };
}

events! {
    SignedIn = "signed-in",
    SignInFailed = "sign-in-failed",
    SignInRateLimited = "sign-in-throttled",
    /// A wrong password or code of somebody who is signed in.
    ReauthenticationFailed = "proof-failed",
    ReauthenticationRateLimited = "proof-throttled",
    SignedOut = "signed-out",
    SignInEnded = "sign-in-ended",
    Registered = "registered",
    RoleChanged = "role-changed",
    Disabled = "disabled",
    Enabled = "enabled",
    PasswordChanged = "password-changed",
    PasswordLinkMade = "password-link-made",
    EmailChanged = "email-changed",
    NameChanged = "name-changed",
    FactorAdded = "factor-added",
    FactorRemoved = "factor-removed",
    FactorReset = "factor-reset",
    RecoveryCodeUsed = "recovery-code-used",
    RecoveryCodesMade = "recovery-codes-made",
    FactorRequirementChanged = "factor-requirement-changed",
    PasskeyAdded = "passkey-added",
    PasskeyRemoved = "passkey-removed",
    Invited = "invited",
    InvitationRevoked = "invitation-revoked",
    InvitationAccepted = "invitation-accepted",
    Refused = "refused",
    /// A mail server refused a mail for good.
    MailRefused = "mail-refused",
    /// Old refusals were removed, because there were too many entries.
    LogShortened = "log-shortened",
}

impl Event {
    /// The event of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.key() == key)
    }

    /// Whether nothing came of it, and anybody can cause any number of it. These are counted together, and the first to
    /// go when the log is too long.
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::SignInFailed
                | Self::SignInRateLimited
                | Self::ReauthenticationFailed
                | Self::ReauthenticationRateLimited
                | Self::Refused
                | Self::MailRefused
        )
    }
}
