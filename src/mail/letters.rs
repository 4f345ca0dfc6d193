//! Mails about one's own account, in its owner's language.

use time::Duration;

use super::outbox::Mail;
use crate::accounts::{Account, LinkKind};
use crate::audit::Event;
use crate::web::{Language, Message};

/// How long an invitation works, and so is worth delivering.
pub const INVITATION: Duration = Duration::days(7);
/// News that is worth telling later, too.
const NEWS: Duration = Duration::days(3);

/// To somebody who forgot the password: where to set a new one.
pub fn password_link(account: &Account, address: &str) -> Mail {
    let body = greeted(account, "mail-password-link").with("link", address);
    mail(account, &account.email, "mail-password-link-subject", &body, LinkKind::Password.lifetime())
}

/// To a new e-mail address: where to confirm it.
pub fn confirm_address(account: &Account, email: &str, address: &str) -> Mail {
    let body = greeted(account, "mail-confirm-address").with("link", address);
    mail(account, email, "mail-confirm-address-subject", &body, LinkKind::Email.lifetime())
}

/// To the old e-mail address, which is not the account's any more. It is not told the new one: the old one may belong
/// to another person by now.
pub fn address_changed(account: &Account) -> Mail {
    let body = greeted(account, "mail-address-changed");
    mail(account, &account.email, "mail-address-changed-subject", &body, NEWS)
}

/// The password has changed.
pub fn password_changed(account: &Account) -> Mail {
    let body = greeted(account, "mail-password-changed");
    mail(account, &account.email, "mail-password-changed-subject", &body, NEWS)
}

/// A second factor or a passkey, the latter by name, was added or removed. `None` for other events.
pub fn credential_changed(account: &Account, event: Event, name: &str) -> Option<Mail> {
    let (subject, body) = match event {
        Event::FactorAdded => ("mail-factor-added-subject", "mail-factor-added"),
        Event::FactorRemoved => ("mail-factor-removed-subject", "mail-factor-removed"),
        Event::RecoveryCodesMade => ("mail-recovery-codes-subject", "mail-recovery-codes"),
        Event::PasskeyAdded => ("mail-passkey-added-subject", "mail-passkey-added"),
        Event::PasskeyRemoved => ("mail-passkey-removed-subject", "mail-passkey-removed"),
        _ => return None,
    };
    let body = greeted(account, body).with("passkey", name);
    Some(mail(account, &account.email, subject, &body, NEWS))
}

/// That an administrator, or whoever runs the installation, has reset the second factor.
pub fn factor_reset(account: &Account, by: Option<&str>) -> Mail {
    let by = by.map_or_else(|| language(account).text("operator"), str::to_owned);
    let body = greeted(account, "factor-reset-mail-body").with("by", by);
    mail(account, &account.email, "factor-reset-mail-subject", &body, Duration::days(7))
}

/// To somebody who has no account yet, in the language of who invites: where to make one.
pub fn invitation(email: &str, from: &str, link: &str, language: Language) -> Mail {
    let body = Message::new("invitation-mail-body").with("person", from).with("link", link);
    Mail {
        recipient: email.to_owned(),
        subject: Message::new("invitation-mail-subject").with("person", from).text(language),
        body: body.text(language),
        lifetime: INVITATION,
    }
}

fn greeted(account: &Account, key: &'static str) -> Message {
    Message::new(key).with("name", account.first_name.as_str())
}

fn mail(
    account: &Account,
    recipient: &str,
    subject: &'static str,
    body: &Message,
    lifetime: Duration,
) -> Mail {
    let language = language(account);
    Mail {
        recipient: recipient.to_owned(),
        subject: language.text(subject),
        body: body.text(language),
        lifetime,
    }
}

fn language(account: &Account) -> Language {
    Language::from_tag(&account.language).unwrap_or_default()
}
