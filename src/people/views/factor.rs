//! One's own second factor.

use maud::{Markup, html};

use super::sign_ins::others;
use crate::people::account::factor::State;
use crate::web::{Context, Controls, Field, Form, layout};

/// Fewer codes than this are worth a warning.
const FEW: u64 = 3;

/// The page.
pub fn page(context: &Context, state: &State) -> Markup {
    let title = context.language.text("factor-title");
    let main = html! {
        (back(context))
        div.narrow.wider {
            h1 tabindex="-1" { (title) }
            @if state.is_set { (set(context, state)) } @else { (unset(context, state)) }
            (others(context, state.others.as_deref()))
        }
    };
    layout(context, &title, main)
}

/// The way back to the account.
pub fn back(context: &Context) -> Markup {
    html! { p.back { a href="/account" { (context.language.text("account-title")) } } }
}

fn unset(context: &Context, state: &State) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        p.lead { (text("factor-off")) }
        @if state.is_required { div.alert.warn { p { (text("factor-required-for-you")) } } }
        div.actions.on-top { a.button.primary href="/account/factor/new" { (text("factor-set-up")) } }
    }
}

fn set(context: &Context, state: &State) -> Markup {
    let text = |key| context.language.text(key);
    let left = state.recovery_codes_left;
    let codes = context.language.text_with("factor-codes-left", &[("count", left.into())]);
    html! {
        p.lead { (text("factor-on")) }
        section.part {
            h2 { (text("factor-codes-title")) }
            @if left < FEW { div.alert.warn { p { (codes) } } } @else { p { (codes) } }
            (renewal(context, &state.renewal))
        }
        section.part {
            h2 { (text("factor-remove-title")) }
            @if state.is_required { p { (text("factor-required-for-you")) } }
            @else { (removal(context, &state.removal)) }
        }
    }
}

/// The field for a code of the application or a recovery code, besides the password.
pub fn code<'a>(fields: &'a Controls<'a>) -> Field<'a> {
    fields.field("code", "factor-code").exact().autocomplete("one-time-code").hint("factor-any-code-hint")
}

/// The form that makes new recovery codes.
pub fn renewal(context: &Context, form: &Form) -> Markup {
    let fields = Controls::new(context.language, form, "renewal").retyped();
    let action = "/account/factor/codes";
    html! {
        form #renewal-form .stack method="post" action=(action) novalidate
            hx-post=(action) hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            input type="hidden" name="ticket" value=(form.value("ticket"));
            (fields.alert(html! {}))
            (fields.field("password", "factor-password").password().autocomplete("current-password"))
            (code(&fields))
            div.actions { button { (context.language.text("factor-codes-renew")) } }
        }
    }
}

/// The form that removes the second factor.
pub fn removal(context: &Context, form: &Form) -> Markup {
    let fields = Controls::new(context.language, form, "removal").retyped();
    let action = "/account/factor/remove";
    html! {
        form #removal-form .stack method="post" action=(action) novalidate
            hx-post=(action) hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            (fields.alert(html! {}))
            (fields.field("password", "factor-password").password().autocomplete("current-password"))
            (code(&fields))
            div.actions { button.danger { (context.language.text("factor-remove-submit")) } }
        }
    }
}
