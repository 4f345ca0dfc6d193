//! Accepting an invitation.

use maud::{Markup, html};

use crate::people::invitation::Invitation;
use crate::web::{Context, Controls, Form, Message, layout};

/// The page with the form; `token` is what the link holds.
pub fn page(context: &Context, token: &str, invitation: &Invitation, form: &Form) -> Markup {
    let title = context.language.text("acceptance-title");
    let lead = Message::new("acceptance-lead")
        .with("person", invitation.invited_by_name.as_str())
        .with("role", invitation.role().name(context.language));
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            p.lead { (lead.text(context.language)) }
            (fragment(context, token, invitation, form))
        }
    };
    layout(context, &title, main)
}

/// The form alone. The address is the invitation's; password managers want to see it in the form.
pub fn fragment(context: &Context, token: &str, invitation: &Invitation, form: &Form) -> Markup {
    let text = |key| context.language.text(key);
    let fields = Controls::new(context.language, form, "acceptance");
    let action = format!("/invitations/{token}");
    html! {
        form #acceptance-form .stack method="post" action=(action) novalidate
            hx-post=(action) hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            (fields.alert(html! {}))
            div.field {
                label for="acceptance-email" { (text("users-email")) }
                input #acceptance-email type="email" autocomplete="username" value=(invitation.email) readonly;
            }
            (fields.field("first_name", "users-first-name").autocomplete("given-name").max(60))
            (fields.field("last_name", "users-last-name").autocomplete("family-name").max(60))
            (fields.field("password", "users-password").password().autocomplete("new-password").hint("users-password-hint"))
            div.actions { button.primary { (text("users-register-submit")) } }
        }
    }
}

/// Where a link is good no more, or never was.
pub fn no_good(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("acceptance-no-good-title");
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            p.lead { (text("acceptance-no-good-text")) }
            p.other { (text("users-register-other")) " " a href="/login" { (text("users-register-other-link")) } }
        }
    };
    layout(context, &title, main)
}
