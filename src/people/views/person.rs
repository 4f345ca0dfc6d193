//! One person, as administrators see and change them.

use maud::{Markup, html};
use time::Duration;

use crate::accounts::account::Account;
use crate::audit::query::{Entry, Filter, Query};
use crate::audit::views::log;
use crate::auth::sign_in::{Summary, device};
use crate::web::{Context, Message, Role, TimeFormat, hidden_submission, layout, tabs};

/// What became of a change.
pub enum Notice {
    Done(Message),
    Refused(Message),
    /// A link to pass on, shown this once, and how long it is good.
    Link(String, Duration),
}

/// A person and what is known of them.
pub struct Shown<'a> {
    pub account: &'a Account,
    /// Newest first, as are the entries.
    pub sign_ins: &'a [Summary],
    pub entries: &'a [Entry],
    pub outcome: Option<Notice>,
    /// Keys of the four forms: role, state, sign-ins, link.
    pub submissions: [String; 4],
    /// Key of the form that resets the second factor and passkeys, where there are any.
    pub factor: Option<String>,
}

/// The whole page.
pub fn page(context: &Context, shown: &Shown) -> Markup {
    let account = shown.account;
    let name = format!("{} {}", account.first_name, account.last_name);
    let main = html! {
        (tabs(context, ""))
        (section(context, shown))
    };
    layout(context, &name, main)
}

/// `<section id="person">`: what the page holds, and what a partial request is answered with.
pub fn section(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let account = shown.account;
    html! {
        section #person hx-target:inherited="#person" hx-swap:inherited="outerHTML" hx-sync:inherited="this:drop" {
            div.heading {
                h1 tabindex="-1" {
                    bdi { (account.first_name) " " (account.last_name) }
                    @if account.disabled_at.is_some() { " " em { (text("people-disabled-one")) } }
                }
            }
            @if let Some(outcome) = &shown.outcome { (say(context, outcome)) }
            (details(context, account))
            div.panels {
                (powers(context, shown))
                div {
                    (sign_ins(context, shown.sign_ins))
                    (activity(context, shown))
                }
            }
        }
    }
}

fn say(context: &Context, outcome: &Notice) -> Markup {
    match outcome {
        Notice::Done(message) => {
            html! { div.notice role="status" { p { (message.text(context.language)) } } }
        }
        Notice::Refused(message) => {
            html! { div.alert role="alert" tabindex="-1" autofocus { p { (message.text(context.language)) } } }
        }
        Notice::Link(link, lifetime) => {
            let minutes = u64::try_from(lifetime.whole_minutes()).unwrap_or(0);
            let text = Message::new("people-link-text").with("minutes", minutes).text(context.language);
            link_to_pass_on(&context.language.text("people-link-title"), &text, link)
        }
    }
}

/// A link that is shown once.
pub(super) fn link_to_pass_on(title: &str, text: &str, link: &str) -> Markup {
    html! {
        div.alert.warn.link role="alert" tabindex="-1" autofocus {
            h2 { (title) }
            p { (text) }
            input readonly value=(link) aria-label=(title) spellcheck="false";
        }
    }
}

fn details(context: &Context, account: &Account) -> Markup {
    let text = |key| context.language.text(key);
    let times = TimeFormat::new(context.language);
    html! {
        dl.details {
            div.email { dt { (text("users-email")) } dd { (account.email) } }
            div { dt { (text("people-role")) } dd { (account.role().name(context.language)) } }
            div { dt { (text("people-created")) } dd { (times.time(account.created_at)) } }
            div { dt { (text("people-seen")) } dd {
                @if let Some(at) = account.last_seen_at { (times.time(at)) } @else { (text("people-never")) }
            } }
            @if let Some(at) = account.disabled_at {
                div { dt { (text("people-disabled-since")) } dd { (times.time(at)) } }
            }
        }
    }
}

fn powers(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let [for_role, for_state, for_sign_ins, for_link] = &shown.submissions;
    let is_disabled = shown.account.disabled_at.is_some();
    let button = |verb: &str, submission: &str, label: &'static str, hint: &'static str, danger: bool| {
        let action = format!("/users/{}/{verb}", shown.account.id);
        html! {
            form.power method="post" action=(action) hx-post=(action) {
                (hidden_submission(submission))
                p.hint { (text(hint)) }
                button.danger[danger] { (text(label)) }
            }
        }
    };
    html! {
        section aria-labelledby="powers" {
            h2 #powers { (text("people-powers")) }
            (role_form(context, shown.account, for_role))
            @if let Some(key) = &shown.factor {
                (button("factor/reset", key, "factor-reset", "factor-reset-hint", false))
            }
            @if !is_disabled {
                (button("password-link", for_link, "people-make-link", "people-make-link-hint", false))
                (button("sign-ins/end", for_sign_ins, "people-end-sign-ins", "people-end-sign-ins-hint", false))
                (button("disable", for_state, "people-disable", "people-disable-hint", true))
            } @else {
                (button("enable", for_state, "people-enable", "people-enable-hint", false))
            }
        }
    }
}

fn role_form(context: &Context, account: &Account, submission: &str) -> Markup {
    let text = |key| context.language.text(key);
    let action = format!("/users/{}/role", account.id);
    html! {
        form.power method="post" action=(action) hx-post=(action) {
            (hidden_submission(submission))
            label for="person-role" { (text("people-role")) }
            div.actions {
                select #person-role name="role" autocomplete="off" {
                    @for role in Role::ALL {
                        option value=(role.key()) selected[account.role() == role] {
                            (role.name(context.language)) ": "
                            (context.language.text(&format!("role-may-{}", role.key())))
                        }
                    }
                }
                button { (text("people-set-role")) }
            }
        }
    }
}

fn sign_ins(context: &Context, sign_ins: &[Summary]) -> Markup {
    let text = |key| context.language.text(key);
    let times = TimeFormat::new(context.language);
    html! {
        section aria-labelledby="sign-ins" {
            h2 #sign-ins { (text("people-sign-ins")) }
            @if sign_ins.is_empty() { p.calm { (text("people-sign-ins-none")) } }
            ul.rows {
                @for sign_in in sign_ins {
                    li {
                        strong { (times.time(sign_in.created_at)) }
                        code { (sign_in.address) }
                        span {
                            @if sign_in.ended_at.is_some() { (text("people-sign-in-ended")) }
                            @else { (times.sentence(Message::new("people-sign-in-seen"), sign_in.last_seen_at)) }
                            " · " span title=(sign_in.agent) { (device::words(&sign_in.agent).text(context.language)) }
                        }
                    }
                }
            }
        }
    }
}

fn activity(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let filters = Filter { person: shown.account.email.clone(), ..Filter::default() };
    let all = Query { filters, ..Query::default() }.href();
    html! {
        section aria-labelledby="activity" {
            h2 #activity { (text("people-activity")) }
            @if shown.entries.is_empty() { p.calm { (text("log-none-title")) } }
            @else {
                ul.rows { @for entry in shown.entries { (log::line(context, entry)) } }
                p.more { a href=(all) { (text("people-activity-all")) } }
            }
        }
    }
}
