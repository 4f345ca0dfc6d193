//! Creating an account.

use maud::{Markup, html};

use crate::web::{Context, Controls, Form, layout};

/// The page with the form.
pub fn page(context: &Context, form: &Form) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("users-register-title");
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            p.lead { (text("users-register-lead")) }
            (fragment(context, form))
            (sign_in_instead(context))
        }
    };
    layout(context, &title, main)
}

/// The form alone.
pub fn fragment(context: &Context, form: &Form) -> Markup {
    let fields = Controls::new(context.language, form, "register");
    html! {
        form #register-form .stack method="post" action="/register" novalidate
            hx-post="/register" hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            (fields.alert(html! {}))
            (fields.field("first_name", "users-first-name").autocomplete("given-name").max(60))
            (fields.field("last_name", "users-last-name").autocomplete("family-name").max(60))
            (fields.field("email", "users-email").email().autocomplete("username"))
            (fields.field("password", "users-password").password().autocomplete("new-password").hint("users-password-hint"))
            div.actions { button.primary { (context.language.text("users-register-submit")) } }
        }
    }
}

/// Where `BODEGA_REGISTRATION` is `closed`.
pub fn closed(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("users-closed-title");
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            p.lead { (text("users-closed-text")) }
            (sign_in_instead(context))
        }
    };
    layout(context, &title, main)
}

fn sign_in_instead(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        p.other { (text("users-register-other")) " " a href="/login" { (text("users-register-other-link")) } }
    }
}
