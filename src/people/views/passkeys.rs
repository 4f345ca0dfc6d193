//! One's own passkeys. They need the script, so they are hidden without it.

use maud::{Markup, html};

use super::factor::{back, code};
use super::sign_ins::others;
use crate::auth::{passkey, passkey_fields};
use crate::web::{Context, Form, FormView, Message, TimeFormat, page};

/// A person's passkeys.
#[derive(Default)]
pub struct Shown {
    pub passkeys: Vec<passkey::Row>,
    /// Whether a code is asked for besides the password.
    pub has_factor: bool,
    /// The key of the form that ends all other sign-ins, where there are any.
    pub others: Option<String>,
    pub addition: Form,
    pub removal: Form,
}

/// The page.
pub fn page(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        (page::lead(&text("passkey-lead")))
        @if !shown.passkeys.is_empty() { section.part { h2 { (text("passkey-yours")) } (removal(context, shown)) } }
        section.part {
            h2 { (text("passkey-add-title")) }
            p.unable { (text("passkey-unable")) }
            (addition(context, shown))
        }
        (others(context, shown.others.as_deref()))
    };
    page::wider(context, back(context), &text("passkey-title"), content)
}

/// The form that adds one.
pub fn addition(context: &Context, shown: &Shown) -> Markup {
    let view = FormView::new(context.language, &shown.addition, "passkey").class("able").passkey("create");
    let content = html! {
        (passkey_fields(context))
        (view.field("name", "passkey-name").hint("passkey-name-hint").max(60))
        (view.field("password", "factor-password").password().autocomplete("current-password"))
        @if shown.has_factor { (code(&view)) }
        (view.submit("passkey-add"))
    };
    view.render("/account/passkeys", content)
}

/// The list, as a form that removes one.
pub fn removal(context: &Context, shown: &Shown) -> Markup {
    let view = FormView::new(context.language, &shown.removal, "removal").retyped();
    let times = TimeFormat::new(context.language);
    let content = html! {
        fieldset.choices {
            legend { (context.language.text("passkey-which")) }
            @for row in &shown.passkeys { (choice(&times, row, shown.removal.value("passkey"))) }
        }
        (view.field("password", "factor-password").password().autocomplete("current-password"))
        @if shown.has_factor { (code(&view)) }
        div.actions { button.danger { (context.language.text("passkey-remove")) } }
    };
    view.render("/account/passkeys/remove", content)
}

fn choice(times: &TimeFormat, row: &passkey::Row, chosen: &str) -> Markup {
    let key = row.key();
    let when = match row.last_used_at {
        Some(used) => times.sentence(Message::new("passkey-used"), used),
        None => times.sentence(Message::new("passkey-made"), row.created_at),
    };
    html! {
        label.choice {
            input type="radio" name="passkey" value=(key) checked[key == chosen];
            span { bdi { (row.name) } span.hint { (when) } }
        }
    }
}
