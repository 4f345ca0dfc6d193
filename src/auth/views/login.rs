//! Signing in.

use maud::{Markup, html};

use super::passkey;
use crate::web::{Context, Form, FormView, page};

/// The page with the form; `next` is where a successful sign-in leads.
pub fn page(context: &Context, form: &Form, next: &str) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        (self::form(context, form, next))
        @if context.passkeys { (passkey::sign_in(context, next)) }
        p.other { a href="/password/forgotten" { (text("reset-title")) } }
        p.other { (text("users-login-other")) " " a href="/register" { (text("users-login-other-link")) } }
    };
    page::narrow(context, &text("users-login-title"), content)
}

/// The form alone. What is wrong stands in its alert; the password has to be typed again.
pub fn form(context: &Context, form: &Form, next: &str) -> Markup {
    let view = FormView::new(context.language, form, "login").titled("users-login-title").retyped();
    let content = html! {
        input type="hidden" name="next" value=(next);
        (view.field("email", "users-email").email().autocomplete("username"))
        (view.field("password", "users-password").password().autocomplete("current-password"))
        (view.submit("users-login-submit"))
    };
    view.render("/login", content)
}
