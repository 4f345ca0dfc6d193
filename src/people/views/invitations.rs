//! Inviting people, and what became of invitations.

use maud::{Markup, html};

use super::person::link_to_pass_on;
use crate::db::now;
use crate::people::invitation::{Listing, Posted, Row, State};
use crate::text;
use crate::web::{Context, Controls, Form, Message, Role, TimeFormat, hidden_submission, layout, list, tabs};

/// What became of the form.
pub enum Notice {
    Done(Message),
    Refused(Message),
    /// A link to pass on to this address, shown this once.
    Link {
        email: String,
        link: String,
    },
}

/// The form and a page of the list.
pub struct Shown<'a> {
    pub form: &'a Form,
    pub listing: &'a Listing,
    pub outcome: Option<Notice>,
    /// Whether invitations go by mail; otherwise who invites passes the link on.
    pub is_mailed: bool,
    /// Makes a key for each form of the list.
    pub issue: &'a (dyn Fn() -> String + Sync),
}

/// The whole page.
pub fn page(context: &Context, shown: &Shown) -> Markup {
    let title = context.language.text("invitations-title");
    let main = html! {
        (tabs(context, "/users/invitations"))
        div.heading { h1 tabindex="-1" { (title) } }
        (section(context, shown))
    };
    layout(context, &title, main)
}

/// `<section id="invitations">`: what the page holds, and what a partial request is answered with.
pub fn section(context: &Context, shown: &Shown) -> Markup {
    html! {
        section #invitations aria-label=(context.language.text("invitations-title"))
            hx-target:inherited="#invitations" hx-swap:inherited="outerHTML" hx-sync:inherited="this:drop" {
            @if let Some(outcome) = &shown.outcome { (say(context, outcome)) }
            (form(context, shown))
            @if !shown.listing.rows.is_empty() { (table(context, shown)) }
            (list::pager(context, shown.listing))
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
        Notice::Link { email, link } => {
            let text = Message::new("invitations-link-text").with("email", email.as_str());
            let title = context.language.text("invitations-link-title");
            link_to_pass_on(&title, &text.text(context.language), link)
        }
    }
}

fn form(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let fields = Controls::new(context.language, shown.form, "invitation");
    let hint = if shown.is_mailed { "invitations-hint-mail" } else { "invitations-hint-link" };
    let roles = Role::ALL.map(|role| (role.key(), role.name(context.language)));
    html! {
        form #invitation-form .stack.row method="post" action="/users/invitations" novalidate
            hx-post="/users/invitations" {
            (fields.submission())
            (fields.alert(html! {}))
            p.hint { (text(hint)) }
            (fields.field("email", "users-email").email().max(254))
            (fields.field("role", "people-role").choice(roles.into()))
            div.actions { button.primary { (text("invitations-submit")) } }
        }
    }
}

fn table(context: &Context, shown: &Shown) -> Markup {
    let times = TimeFormat::new(context.language);
    let labels = ["users-email", "people-role", "people-state", "invitations-by", "invitations-until"];
    html! {
        table.listed #invitation-table {
            (list::labels(context, &labels, Some("people-powers")))
            tbody { @for row in &shown.listing.rows { (invitation(context, &times, row, shown)) } }
        }
    }
}

fn invitation(context: &Context, times: &TimeFormat, (invitation, mail): &Row, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let state = invitation.state();
    let action = format!("/users/invitations/{}/revoke", invitation.id);
    html! {
        tr id={ "invitation-" (invitation.id) } {
            th scope="row" { (invitation.email) }
            td { (Role::name_of(&invitation.role, context.language)) }
            td {
                (text(state_text(state)))
                @if let Some(mail) = mail.as_ref().filter(|_| state == State::Open) { " · " (posted(context, mail)) }
            }
            td data-label=(text("invitations-by")) { (invitation.invited_by_name) }
            td data-label=(text("invitations-until")) { (times.time(invitation.expires_at)) }
            td {
                @if state == State::Open {
                    form method="post" action=(action) hx-post=(action) {
                        (hidden_submission(&(shown.issue)()))
                        button.quiet.danger aria-label={ (text("invitations-revoke")) ": " (text::isolated(&invitation.email)) } {
                            (text("invitations-revoke"))
                        }
                    }
                }
            }
        }
    }
}

fn state_text(state: State) -> &'static str {
    match state {
        State::Open => "invitations-open",
        State::Accepted => "invitations-accepted",
        State::Revoked => "invitations-revoked",
        State::Expired => "invitations-expired",
    }
}

/// How far the mail has come; why it has not come further.
fn posted(context: &Context, mail: &Posted) -> Markup {
    let text = |key| context.language.text(key);
    let is_over = mail.expires_at <= now();
    html! {
        @match mail {
            Posted { sent_at: Some(_), .. } => (text("mail-sent")),
            _ if is_over => em { (text("mail-expired")) },
            Posted { tries: 0, .. } => (text("mail-waiting")),
            Posted { last_error, .. } => {
                em { (text("mail-failed")) }
                @if let Some(error) = last_error { span.hint { (error) } }
            }
        }
    }
}
