//! Passkeys. Nothing of it can be done without the script, so nothing of it is shown without.

use maud::{Markup, html};

use super::factor::{back, code};
use super::sign_ins::others;
use crate::auth::passkey::store::Row;
use crate::auth::views::passkey::ceremony;
use crate::people::account::passkeys::State;
use crate::web::{Context, Controls, Message, TimeFormat, hidden_submission, layout};

/// One's own.
pub fn page(context: &Context, state: &State) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("passkey-title");
    let main = html! {
        (back(context))
        div.narrow.wider {
            h1 tabindex="-1" { (title) }
            p.lead { (text("passkey-lead")) }
            @if !state.passkeys.is_empty() { section.part { h2 { (text("passkey-yours")) } (removal(context, state)) } }
            section.part {
                h2 { (text("passkey-add-title")) }
                p.unable { (text("passkey-unable")) }
                (addition(context, state))
            }
            (others(context, state.others.as_deref()))
        }
    };
    layout(context, &title, main)
}

/// The form that adds one.
pub fn addition(context: &Context, state: &State) -> Markup {
    let fields = Controls::new(context.language, &state.addition, "passkey");
    let action = "/account/passkeys";
    html! {
        form #passkey-form .stack.able method="post" action=(action) novalidate data-passkey="create"
            hx-post=(action) hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            (ceremony(context))
            (fields.alert(html! {}))
            (fields.field("name", "passkey-name").hint("passkey-name-hint").max(60))
            (fields.field("password", "factor-password").password().autocomplete("current-password"))
            @if state.has_factor { (code(&fields)) }
            div.actions { button.primary { (context.language.text("passkey-add")) } }
        }
    }
}

/// The list, as the form that removes one of it.
pub fn removal(context: &Context, state: &State) -> Markup {
    let fields = Controls::new(context.language, &state.removal, "removal").retyped();
    let times = TimeFormat::new(context.language);
    let action = "/account/passkeys/remove";
    html! {
        form #removal-form .stack method="post" action=(action) novalidate
            hx-post=(action) hx-swap="outerHTML" hx-sync="this:drop" {
            (hidden_submission(&state.removal.submission))
            (fields.alert(html! {}))
            fieldset.choices {
                legend { (context.language.text("passkey-which")) }
                @for row in &state.passkeys { (choice(&times, row, state.removal.value("passkey"))) }
            }
            (fields.field("password", "factor-password").password().autocomplete("current-password"))
            @if state.has_factor { (code(&fields)) }
            div.actions { button.danger { (context.language.text("passkey-remove")) } }
        }
    }
}

fn choice(times: &TimeFormat, row: &Row, chosen: &str) -> Markup {
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
