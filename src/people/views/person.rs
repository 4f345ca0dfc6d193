//! One person, for administrators.

use maud::{Markup, html};

use super::banner::{Banner, banner};
use crate::accounts::Account;

use crate::audit::{Entry, Filter, Query, log_page};
use crate::auth::device;
use crate::auth::sign_in;

use crate::web::{Context, Message, Role, TimeFormat, address, layout, page, section_form, tabs};

/// What the page shows.
pub struct Shown<'a> {
    pub account: &'a Account,
    /// Newest first, as are the entries.
    pub sign_ins: &'a [sign_in::Summary],
    pub entries: &'a [Entry],
    pub banner: Option<Banner>,
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

/// `<section id="person">`: the page's content, and the answer to partial requests.
pub fn section(context: &Context, shown: &Shown) -> Markup {
    let account = shown.account;
    html! {
        section #person hx-target:inherited="#person" hx-swap:inherited="outerHTML" hx-sync:inherited="this:drop" {
            (page::heading(context, name(context, account), html! {}))
            @if let Some(shown) = &shown.banner { (banner(context, shown)) }
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

fn name(context: &Context, account: &Account) -> Markup {
    html! {
        bdi { (account.first_name) " " (account.last_name) }
        @if account.disabled_at.is_some() { " " em { (context.language.text("people-disabled-one")) } }
    }
}

fn details(context: &Context, account: &Account) -> Markup {
    let text = |key| context.language.text(key);
    let times = TimeFormat::new(context.language);
    html! {
        dl.details {
            div.email { dt { (text("users-email")) } dd { (address(&account.email)) } }
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
    let button = |verb: &str, key: &str, label: &'static str, hint: &'static str, danger: bool| {
        let content = html! { p.hint { (text(hint)) } button.danger[danger] { (text(label)) } };
        section_form("power", &format!("/users/{}/{verb}", shown.account.id), key, content)
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

fn role_form(context: &Context, account: &Account, key: &str) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
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
    };
    section_form("power", &format!("/users/{}/role", account.id), key, content)
}

fn sign_ins(context: &Context, sign_ins: &[sign_in::Summary]) -> Markup {
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
                ul.rows { @for entry in shown.entries { (log_page::line(context, entry)) } }
                p.more { a href=(all) { (text("people-activity-all")) } }
            }
        }
    }
}
