//! One's own second factor.

use maud::{Markup, html};

use super::sign_ins::others;
use crate::web::{Context, Field, Form, FormView, page};

/// Fewer codes than this are worth a warning.
const FEW: u64 = 3;

/// A person's second factor.
#[derive(Default)]
pub struct Shown {
    pub is_set: bool,
    /// Whether the organisation asks for one of people of this role.
    pub is_required: bool,
    pub recovery_codes_left: u64,
    /// The key of the form that ends all other sign-ins, where there are any.
    pub others: Option<String>,
    /// New recovery codes.
    pub renewal: Form,
    pub removal: Form,
}

/// The page.
pub fn page(context: &Context, shown: &Shown) -> Markup {
    let content = html! {
        @if shown.is_set { (set(context, shown)) } @else { (unset(context, shown)) }
        (others(context, shown.others.as_deref()))
    };
    page::wider(context, back(context), &context.language.text("factor-title"), content)
}

/// The way back to the account.
pub fn back(context: &Context) -> Markup {
    html! { p.back { a href="/account" { (context.language.text("account-title")) } } }
}

fn unset(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        (page::lead(&text("factor-off")))
        @if shown.is_required { div.alert.warn { p { (text("factor-required-for-you")) } } }
        div.actions.on-top { a.button.primary href="/account/factor/new" { (text("factor-set-up")) } }
    }
}

fn set(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let left = shown.recovery_codes_left;
    let codes = context.language.text_with("factor-codes-left", &[("count", left.into())]);
    html! {
        (page::lead(&text("factor-on")))
        section.part {
            h2 { (text("factor-codes-title")) }
            @if left < FEW { div.alert.warn { p { (codes) } } } @else { p { (codes) } }
            (renewal(context, &shown.renewal))
        }
        section.part {
            h2 { (text("factor-remove-title")) }
            @if shown.is_required { p { (text("factor-required-for-you")) } }
            @else { (removal(context, &shown.removal)) }
        }
    }
}

/// The field for a code of the application or a recovery code, besides the password.
pub fn code<'a>(view: &'a FormView<'a>) -> Field<'a> {
    view.field("code", "factor-code").exact().autocomplete("one-time-code").hint("factor-any-code-hint")
}

/// The form that makes new recovery codes.
pub fn renewal(context: &Context, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "renewal").retyped();
    let content = html! {
        (view.hidden("ticket"))
        (view.field("password", "factor-password").password().autocomplete("current-password"))
        (code(&view))
        div.actions { button { (context.language.text("factor-codes-renew")) } }
    };
    view.render("/account/factor/codes", content)
}

/// The form that removes the second factor.
pub fn removal(context: &Context, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "removal").retyped();
    let content = html! {
        (view.field("password", "factor-password").password().autocomplete("current-password"))
        (code(&view))
        div.actions { button.danger { (context.language.text("factor-remove-submit")) } }
    };
    view.render("/account/factor/remove", content)
}
