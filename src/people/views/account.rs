//! One's own account.

use maud::{Markup, html};

use super::factor::code;
use super::sign_ins;
use crate::accounts::Account;
use crate::people::account::sign_ins::Listed;
use crate::web::{Context, Form, FormView, Language, Message, Parked, key_field, layout, page};

/// What the page shows. Its forms have their keys.
pub struct Shown<'a> {
    pub account: &'a Account,
    /// Whether a code is asked for besides the password.
    pub has_factor: bool,
    pub profile: Form,
    pub email: Form,
    pub password: Form,
    pub sign_ins: &'a [Listed],
    /// The key of the form that ends all others.
    pub end_others: String,
    /// What was typed before signing in.
    pub found: &'a Parked,
}

/// The page.
pub fn page(context: &Context, shown: &Shown) -> Markup {
    let title = context.language.text("account-title");
    let main = html! {
        (page::heading(context, &title, html! {}))
        (shown.found.notice(context, restored(shown)))
        div.panels.account {
            (panel(context, "account-profile", "account-profile-title", profile(context, &shown.profile)))
            (panel(context, "account-email", "account-email-title", html! {
                p.calm { (now(context, shown.account)) }
                (email(context, &shown.email, shown.has_factor))
            }))
            (panel(context, "account-password", "account-password-title", html! {
                p.calm { (context.language.text("account-password-lead")) }
                (password(context, &shown.password, shown.has_factor))
            }))
            (panel(context, "account-factor", "factor-title", factors(context)))
            (sign_ins::section(context, shown.sign_ins, &shown.end_others))
        }
    };
    layout(context, &title, main)
}

/// Which form was typed before signing in: the key of the text that says so.
fn restored(shown: &Shown) -> &'static str {
    if shown.email.is_restored { "account-email-restored" } else { "account-profile-restored" }
}

fn panel(context: &Context, id: &str, title: &str, content: Markup) -> Markup {
    html! { section aria-labelledby=(id) { h2 id=(id) { (context.language.text(title)) } (content) } }
}

fn now(context: &Context, account: &Account) -> String {
    Message::new("account-email-now").with("email", account.email.as_str()).text(context.language)
}

/// Where second factors and passkeys are set up.
fn factors(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        p.calm { (text("factor-lead")) }
        ul.rows {
            li { a href="/account/factor" { (text("factor-see")) } }
            @if context.passkeys { li { a href="/account/passkeys" { (text("passkey-see")) } } }
        }
    }
}

/// Name and language.
pub fn profile(context: &Context, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "profile").guarded();
    let content = html! {
        (view.field("first_name", "users-first-name").autocomplete("given-name").max(60))
        (view.field("last_name", "users-last-name").autocomplete("family-name").max(60))
        (language(context, form))
        (view.submit("account-profile-submit"))
    };
    view.render("/account", content)
}

/// Each language by its own name.
fn language(context: &Context, form: &Form) -> Markup {
    html! {
        div.field.language {
            label for="profile-language" { (context.language.text("account-language")) }
            select id="profile-language" name="language" {
                @for language in Language::ALL {
                    option value=(language.tag()) lang=(language.tag())
                        selected[form.value("language") == language.tag()] { (language.text("site-language")) }
                }
            }
        }
    }
}

/// The address.
pub fn email(context: &Context, form: &Form, has_factor: bool) -> Markup {
    let view = FormView::new(context.language, form, "email");
    let content = html! {
        (view.field("email", "account-email-new").email().autocomplete("email"))
        (view.field("current_password", "account-password-current").password().autocomplete("current-password"))
        @if has_factor { (code(&view)) }
        (view.submit("account-email-submit"))
    };
    view.render("/account/email", content)
}

/// The password.
pub fn password(context: &Context, form: &Form, has_factor: bool) -> Markup {
    let view = FormView::new(context.language, form, "password");
    let username = context.person.as_ref().map_or("", |person| &person.email);
    let content = html! {
        // Tells password managers whose password it is.
        input type="email" autocomplete="username" value=(username) hidden readonly;
        (view.field("current_password", "account-password-current").password().autocomplete("current-password"))
        (view.field("password", "account-password-new").password().autocomplete("new-password")
            .hint("users-password-hint"))
        @if has_factor { (code(&view)) }
        (view.submit("account-password-submit"))
    };
    view.render("/account/password", content)
}

/// Confirms a new address. A plain form, without htmx: the answer is always another page.
pub fn confirm_email(context: &Context, token: &str, email: &str, key: &str) -> Markup {
    let text = |key| context.language.text(key);
    let lead = Message::new("account-confirm-text").with("email", email).text(context.language);
    let content = html! {
        (page::lead(&lead))
        form.stack method="post" action={ "/account/email/" (token) } {
            (key_field(key))
            div.actions { button.primary { (text("account-confirm-submit")) } }
        }
    };
    page::narrow(context, &text("account-confirm-title"), content)
}

/// A link that no longer works; `why` is the key of the reason.
pub fn link_gone(context: &Context, why: &'static str) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        (page::lead(&text(why)))
        p.other { a href="/account" { (text("account-title")) } }
    };
    page::narrow(context, &text("account-gone-title"), content)
}
