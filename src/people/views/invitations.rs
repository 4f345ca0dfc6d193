//! Invitations.

use maud::{Markup, html};

use super::banner::{Banner, banner};
use crate::db::now;
use crate::people::invitation::{Delivery, Listing, Row, State};
use crate::text;
use crate::web::{
    Context, Form, FormView, Role, TimeFormat, address, layout, list, page, section_form, tabs,
};

/// The form and a page of the list.
pub struct Shown<'a> {
    pub form: &'a Form,
    pub listing: &'a Listing,
    pub banner: Option<Banner>,
    /// Whether invitations are mailed; otherwise the administrator passes the link on.
    pub is_mailed: bool,
    /// Makes a key for each form of the list.
    pub issue: &'a (dyn Fn() -> String + Sync),
}

/// The whole page.
pub fn page(context: &Context, shown: &Shown) -> Markup {
    let title = context.language.text("invitations-title");
    let main = html! {
        (tabs(context, "/users/invitations"))
        (page::heading(context, &title, html! {}))
        (section(context, shown))
    };
    layout(context, &title, main)
}

/// `<section id="invitations">`: the page's content, and the answer to partial requests.
pub fn section(context: &Context, shown: &Shown) -> Markup {
    html! {
        section #invitations aria-label=(context.language.text("invitations-title"))
            hx-target:inherited="#invitations" hx-swap:inherited="outerHTML" hx-sync:inherited="this:drop" {
            @if let Some(shown) = &shown.banner { (banner(context, shown)) }
            (form(context, shown))
            @if !shown.listing.rows.is_empty() { (table(context, shown)) }
            (list::pager(context, shown.listing))
        }
    }
}

fn form(context: &Context, shown: &Shown) -> Markup {
    let view = FormView::new(context.language, shown.form, "invitation").class("row").in_section();
    let hint = if shown.is_mailed { "invitations-hint-mail" } else { "invitations-hint-link" };
    let roles = Role::ALL.map(|role| (role.key(), role.name(context.language)));
    let content = html! {
        p.hint { (context.language.text(hint)) }
        (view.field("email", "users-email").email().max(254))
        (view.field("role", "people-role").choice(roles.into()))
        (view.submit("invitations-submit"))
    };
    view.render("/users/invitations", content)
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
    let verb = text("invitations-revoke");
    let revoke = html! {
        button.quiet.danger aria-label={ (verb) ": " (text::isolated(&invitation.email)) } { (verb) }
    };
    html! {
        tr id={ "invitation-" (invitation.id) } {
            th scope="row" { (address(&invitation.email)) }
            td { (Role::name_of(&invitation.role, context.language)) }
            td {
                (text(state_text(state)))
                @if let Some(mail) = mail.as_ref().filter(|_| state == State::Open) { " · " (delivery(context, mail)) }
            }
            td data-label=(text("invitations-by")) { bdi { (invitation.invited_by_name) } }
            td data-label=(text("invitations-until")) { (times.time(invitation.expires_at)) }
            td {
                @if state == State::Open { (section_form("", &action, &(shown.issue)(), revoke)) }
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

/// The state of the mail, with the last error.
fn delivery(context: &Context, mail: &Delivery) -> Markup {
    let text = |key| context.language.text(key);
    let is_over = mail.expires_at <= now();
    html! {
        @match mail {
            Delivery { sent_at: Some(_), .. } => (text("mail-sent")),
            _ if is_over => em { (text("mail-expired")) },
            Delivery { tries: 0, .. } => (text("mail-waiting")),
            Delivery { last_error, .. } => {
                em { (text("mail-failed")) }
                @if let Some(error) = last_error { span.hint { (error) } }
            }
        }
    }
}
