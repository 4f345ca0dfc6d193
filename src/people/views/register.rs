//! Creating an account.

use maud::{Markup, html};

use crate::web::{Context, Form, FormView, page};

/// The page with the form.
pub fn page(context: &Context, form: &Form) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        (page::lead(&text("users-register-lead")))
        (self::form(context, form))
        (sign_in_instead(context))
    };
    page::narrow(context, &text("users-register-title"), content)
}

/// The form alone.
pub fn form(context: &Context, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "register");
    let content = html! {
        (view.field("first_name", "users-first-name").autocomplete("given-name").max(60))
        (view.field("last_name", "users-last-name").autocomplete("family-name").max(60))
        (view.field("email", "users-email").email().autocomplete("username"))
        (view.field("password", "users-password").password().autocomplete("new-password").hint("users-password-hint"))
        (view.submit("users-register-submit"))
    };
    view.render("/register", content)
}

/// Where `BODEGA_REGISTRATION` is `closed`.
pub fn closed(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! { (page::lead(&text("users-closed-text"))) (sign_in_instead(context)) };
    page::narrow(context, &text("users-closed-title"), content)
}

fn sign_in_instead(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        p.other { (text("users-register-other")) " " a href="/login" { (text("users-register-other-link")) } }
    }
}
