//! Whether administrators and managers need a second factor.

use maud::{Markup, html};

use crate::web::{Context, Controls, Form, layout, tabs};

const ACTION: &str = "/users/settings";

/// The page with the setting.
pub fn page(context: &Context, is_on: bool, form: &Form) -> Markup {
    let title = context.language.text("factor-settings-title");
    let main = html! {
        (tabs(context, ACTION))
        div.narrow.wider {
            h1 tabindex="-1" { (title) }
            (self::form(context, is_on, form))
        }
    };
    layout(context, &title, main)
}

/// The form alone.
pub fn form(context: &Context, is_on: bool, form: &Form) -> Markup {
    let text = |key| context.language.text(key);
    let fields = Controls::new(context.language, form, "settings");
    html! {
        form.stack method="post" action=(ACTION) hx-post=(ACTION) hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            input type="hidden" name="factor_required" value=(if is_on { "no" } else { "yes" });
            h2 { (text("factor-settings-heading")) }
            (fields.alert(html! { p { a href="/account/factor" { (text("factor-see")) } } }))
            p { (text(if is_on { "factor-settings-on" } else { "factor-settings-off" })) }
            div.actions {
                @if is_on { button { (text("factor-settings-stop")) } }
                @else { button.primary { (text("factor-settings-start")) } }
            }
        }
    }
}
