//! Setting a new password without the old one.

use maud::{Markup, html};

use crate::web::{Context, Controls, Form, layout};

/// The page that asks for a link.
pub fn forgotten(context: &Context, form: &Form) -> Markup {
    said(
        context,
        ("reset-title", "reset-lead"),
        html! { (forgotten_fragment(context, form)) (to_sign_in(context)) },
    )
}

/// The form alone.
pub fn forgotten_fragment(context: &Context, form: &Form) -> Markup {
    let fields = Controls::new(context.language, form, "reset");
    html! {
        form #reset-form .stack method="post" action="/password/forgotten" novalidate
            hx-post="/password/forgotten" hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            (fields.alert(html! {}))
            (fields.field("email", "users-email").email().autocomplete("username"))
            div.actions { button.primary { (context.language.text("reset-submit")) } }
        }
    }
}

/// Where no mail can be sent.
pub fn without_mail(context: &Context) -> Markup {
    said(context, ("reset-title", "reset-without-mail"), to_sign_in(context))
}

/// After asking; the same whether or not there is such an account.
pub fn sent(context: &Context) -> Markup {
    let again = html! {
        p.other { (context.language.text("reset-sent-other")) " "
            a href="/password/forgotten" { (context.language.text("reset-sent-other-link")) } }
    };
    said(context, ("reset-sent-title", "reset-sent-text"), again)
}

/// Where the link leads.
pub fn new_password(context: &Context, token: &str, form: &Form) -> Markup {
    said(context, ("reset-new-title", "reset-new-lead"), new_password_fragment(context, token, form))
}

/// The form alone.
pub fn new_password_fragment(context: &Context, token: &str, form: &Form) -> Markup {
    let fields = Controls::new(context.language, form, "new").retyped();
    let action = format!("/password/new/{token}");
    html! {
        form #new-password-form .stack method="post" action=(action) novalidate
            hx-post=(action) hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            (fields.alert(html! {}))
            (fields.field("password", "account-password-new").password().autocomplete("new-password")
                .hint("users-password-hint"))
            div.actions { button.primary { (context.language.text("reset-new-submit")) } }
        }
    }
}

/// The password is set.
pub fn set(context: &Context) -> Markup {
    let on = html! {
        p.actions { a.button.primary href="/login" { (context.language.text("users-login-submit")) } }
    };
    said(context, ("reset-set-title", "reset-set-text"), html! { div.stack { (on) } })
}

/// A link that was used, is too old, or never was one.
pub fn gone(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let again = html! { p.other { a href="/password/forgotten" { (text("reset-gone-link")) } } };
    said(context, ("reset-gone-title", "reset-gone-text"), again)
}

/// `title` and `lead` are keys of texts.
fn said(context: &Context, (title, lead): (&str, &str), rest: Markup) -> Markup {
    let title = context.language.text(title);
    let lead = context.language.text(lead);
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            p.lead { (lead) }
            (rest)
        }
    };
    layout(context, &title, main)
}

fn to_sign_in(context: &Context) -> Markup {
    html! { p.other { a href="/login" { (context.language.text("reset-back")) } } }
}
