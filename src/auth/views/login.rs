//! Signing in.

use maud::{Markup, html};

use super::passkey;
use crate::web::{Context, Controls, Form, layout};

/// The page with the form; `next` is where a successful sign-in leads.
pub fn page(context: &Context, form: &Form, next: &str) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("users-login-title");
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            (fragment(context, form, next))
            @if context.passkeys { (passkey::sign_in(context, next)) }
            p.other { a href="/password/forgotten" { (text("reset-title")) } }
            p.other { (text("users-login-other")) " " a href="/register" { (text("users-login-other-link")) } }
        }
    };
    layout(context, &title, main)
}

/// The form alone. What is wrong stands in its alert; the password has to be typed again.
pub fn fragment(context: &Context, form: &Form, next: &str) -> Markup {
    let fields = Controls::new(context.language, form, "login").retyped();
    html! {
        form #login-form .stack method="post" action="/login" novalidate
            hx-post="/login" hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            input type="hidden" name="next" value=(next);
            (fields.alert(html! {}))
            (fields.field("email", "users-email").email().autocomplete("username"))
            (fields.field("password", "users-password").password().autocomplete("current-password"))
            div.actions { button.primary { (context.language.text("users-login-submit")) } }
        }
    }
}
