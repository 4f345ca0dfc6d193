//! One's own account.

use maud::{Markup, html};

use super::factor::code;
use super::sign_ins;
use crate::accounts::account::Account;
use crate::people::account::Listed;
use crate::people::account::notices::Done;
use crate::web::{Context, Controls, Form, Language, Message, Parked, hidden_submission, layout};

/// All that the page shows. Forms come with their keys.
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
    pub notice: Option<Done>,
    /// What was typed before signing in.
    pub found: &'a Parked,
}

/// The page.
pub fn page(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("account-title");
    let main = html! {
        div.heading { h1 tabindex="-1" { (title) } }
        @if let Some(done) = shown.notice {
            div.notice role="status" { p { (done.message().text(context.language)) } }
        }
        (shown.found.notice(context))
        div.panels.account {
            section aria-labelledby="account-profile" {
                h2 #account-profile { (text("account-profile-title")) }
                (profile(context, &shown.profile))
            }
            section aria-labelledby="account-email" {
                h2 #account-email { (text("account-email-title")) }
                p.calm { (now(context, shown.account)) }
                (email(context, &shown.email, shown.has_factor))
            }
            section aria-labelledby="account-password" {
                h2 #account-password { (text("account-password-title")) }
                p.calm { (text("account-password-lead")) }
                (password(context, &shown.password, shown.has_factor))
            }
            section aria-labelledby="account-factor" {
                h2 #account-factor { (text("factor-title")) }
                p.calm { (text("factor-lead")) }
                ul.rows {
                    li { a href="/account/factor" { (text("factor-see")) } }
                    @if context.passkeys { li { a href="/account/passkeys" { (text("passkey-see")) } } }
                }
            }
            (sign_ins::section(context, shown))
        }
    };
    layout(context, &title, main)
}

fn now(context: &Context, account: &Account) -> String {
    Message::new("account-email-now").with("email", account.email.as_str()).text(context.language)
}

/// Name and language.
pub fn profile(context: &Context, form: &Form) -> Markup {
    let fields = Controls::new(context.language, form, "profile");
    html! {
        form #profile-form .stack method="post" action="/account" novalidate
            hx-post="/account" hx-swap="outerHTML" hx-sync="this:drop" data-guard data-unsaved[form.is_unsaved()] {
            (fields.submission())
            (fields.alert(html! {}))
            (fields.field("first_name", "users-first-name").autocomplete("given-name").max(60))
            (fields.field("last_name", "users-last-name").autocomplete("family-name").max(60))
            (language(context, form))
            div.actions { button.primary { (context.language.text("account-profile-submit")) } }
        }
    }
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
    let fields = Controls::new(context.language, form, "email");
    html! {
        form #email-form .stack method="post" action="/account/email" novalidate
            hx-post="/account/email" hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            (fields.alert(html! {}))
            (fields.field("email", "account-email-new").email().autocomplete("email"))
            (fields.field("current_password", "account-password-current").password().autocomplete("current-password"))
            @if has_factor { (code(&fields)) }
            div.actions { button.primary { (context.language.text("account-email-submit")) } }
        }
    }
}

/// The password.
pub fn password(context: &Context, form: &Form, has_factor: bool) -> Markup {
    let fields = Controls::new(context.language, form, "password");
    let username = context.person.as_ref().map_or("", |person| &person.email);
    html! {
        form #password-form .stack method="post" action="/account/password" novalidate
            hx-post="/account/password" hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            (fields.alert(html! {}))
            // For programs that keep passwords: whose the new one is.
            input type="email" autocomplete="username" value=(username) hidden readonly;
            (fields.field("current_password", "account-password-current").password().autocomplete("current-password"))
            (fields.field("password", "account-password-new").password().autocomplete("new-password")
                .hint("users-password-hint"))
            @if has_factor { (code(&fields)) }
            div.actions { button.primary { (context.language.text("account-password-submit")) } }
        }
    }
}

/// Where the link leads that a new address was sent.
pub fn confirm_email(context: &Context, token: &str, email: &str, key: &str) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("account-confirm-title");
    let lead = Message::new("account-confirm-text").with("email", email).text(context.language);
    let action = format!("/account/email/{token}");
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            p.lead { (lead) }
            form.stack method="post" action=(action) {
                (hidden_submission(key))
                div.actions { button.primary { (text("account-confirm-submit")) } }
            }
        }
    };
    layout(context, &title, main)
}

/// A link that does nothing any more; `why` is the key of the reason.
pub fn link_gone(context: &Context, why: &'static str) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("account-gone-title");
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            p.lead { (text(why)) }
            p.other { a href="/account" { (text("account-title")) } }
        }
    };
    layout(context, &title, main)
}
