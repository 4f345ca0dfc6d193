//! Setting a new password without the old one.

use maud::{Markup, html};

use crate::web::{Context, Form, FormView, page};

/// The page that asks for a link.
pub fn forgotten(context: &Context, form: &Form) -> Markup {
    said(
        context,
        ("reset-title", "reset-lead"),
        html! { (forgotten_form(context, form)) (to_sign_in(context)) },
    )
}

/// The form alone.
pub fn forgotten_form(context: &Context, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "reset");
    let content = html! {
        (view.field("email", "users-email").email().autocomplete("username"))
        (view.submit("reset-submit"))
    };
    view.render("/password/forgotten", content)
}

/// Where no mail can be sent.
pub fn without_mail(context: &Context) -> Markup {
    said(context, ("reset-title", "reset-without-mail"), to_sign_in(context))
}

/// After asking. The same whether or not there is such an account.
pub fn sent(context: &Context) -> Markup {
    let again = html! {
        p.other { (context.language.text("reset-sent-other")) " "
            a href="/password/forgotten" { (context.language.text("reset-sent-other-link")) } }
    };
    said(context, ("reset-sent-title", "reset-sent-text"), again)
}

/// Where the link leads.
pub fn new_password(context: &Context, token: &str, form: &Form) -> Markup {
    said(context, ("reset-new-title", "reset-new-lead"), new_password_form(context, token, form))
}

/// The form alone.
pub fn new_password_form(context: &Context, token: &str, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "new").retyped();
    let content = html! {
        (view.field("password", "account-password-new").password().autocomplete("new-password")
            .hint("users-password-hint"))
        (view.submit("reset-new-submit"))
    };
    view.render(&format!("/password/new/{token}"), content)
}

/// The password is set.
pub fn set(context: &Context) -> Markup {
    let on = html! {
        p.actions { a.button.primary href="/login" { (context.language.text("users-login-submit")) } }
    };
    said(context, ("reset-set-title", "reset-set-text"), html! { div.stack { (on) } })
}

/// A link that was used, has expired, or never was one.
pub fn gone(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    let again = html! { p.other { a href="/password/forgotten" { (text("reset-gone-link")) } } };
    said(context, ("reset-gone-title", "reset-gone-text"), again)
}

/// `title` and `lead` are keys of texts.
fn said(context: &Context, (title, lead): (&str, &str), rest: Markup) -> Markup {
    let text = |key| context.language.text(key);
    page::narrow(context, &text(title), html! { (page::lead(&text(lead))) (rest) })
}

fn to_sign_in(context: &Context) -> Markup {
    html! { p.other { a href="/login" { (context.language.text("reset-back")) } } }
}
