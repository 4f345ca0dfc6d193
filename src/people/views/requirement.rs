//! Whether administrators and managers need a second factor.

use maud::{Markup, html};

use crate::web::{Context, Form, FormView, page, tabs};

const ACTION: &str = "/users/settings";

/// The page with the setting.
pub fn page(context: &Context, is_on: bool, form: &Form) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        section.part {
            h2 { (text("factor-settings-heading")) }
            (self::form(context, is_on, form))
        }
    };
    page::wider(context, tabs(context, ACTION), &text("factor-settings-title"), content)
}

/// The form alone.
pub fn form(context: &Context, is_on: bool, form: &Form) -> Markup {
    let text = |key| context.language.text(key);
    let own_first = html! { p { a href="/account/factor" { (text("factor-see")) } } };
    let view = FormView::new(context.language, form, "settings").explained(own_first);
    let content = html! {
        input type="hidden" name="factor_required" value=(if is_on { "no" } else { "yes" });
        p { (text(if is_on { "factor-settings-on" } else { "factor-settings-off" })) }
        div.actions {
            @if is_on { button { (text("factor-settings-stop")) } }
            @else { button.primary { (text("factor-settings-start")) } }
        }
    };
    view.render(ACTION, content)
}
