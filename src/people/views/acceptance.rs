//! Accepting an invitation.

use maud::{Markup, html};

use crate::people::invitation::Invitation;
use crate::web::{Context, Form, FormView, Message, page};

/// The page with the form; `token` is the link's secret.
pub fn page(context: &Context, token: &str, invitation: &Invitation, form: &Form) -> Markup {
    let lead = Message::new("acceptance-lead")
        .with("person", invitation.invited_by_name.as_str())
        .with("role", invitation.role().name(context.language));
    let content = html! {
        (page::lead(&lead.text(context.language)))
        (self::form(context, token, invitation, form))
    };
    page::narrow(context, &context.language.text("acceptance-title"), content)
}

/// The form alone. The address is the invitation's; password managers look for it in the form.
pub fn form(context: &Context, token: &str, invitation: &Invitation, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "acceptance");
    let content = html! {
        div.field {
            label for="acceptance-email" { (context.language.text("users-email")) }
            input #acceptance-email type="email" autocomplete="username" value=(invitation.email) readonly;
        }
        (view.field("first_name", "users-first-name").autocomplete("given-name").max(60))
        (view.field("last_name", "users-last-name").autocomplete("family-name").max(60))
        (view.field("password", "users-password").password().autocomplete("new-password").hint("users-password-hint"))
        (view.submit("users-register-submit"))
    };
    view.render(&format!("/invitations/{token}"), content)
}

/// Where a link does not work.
pub fn gone(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        (page::lead(&text("acceptance-no-good-text")))
        p.other { (text("users-register-other")) " " a href="/login" { (text("users-register-other-link")) } }
    };
    page::narrow(context, &text("acceptance-no-good-title"), content)
}
