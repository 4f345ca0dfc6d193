//! Whether administrators and managers need a second factor.

use maud::{Markup, html};

use crate::users::views::tabs::tabs;
use crate::web::Context;
use crate::web::field::submission as hidden_submission;
use crate::web::page::page as layout;

/// The page with the setting.
pub fn page(context: &Context, is_on: bool, submission: &str) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("factor-settings-title");
    let action = "/users/settings";
    let main = html! {
        (tabs(context, action))
        div.narrow.wider {
            h1 tabindex="-1" { (title) }
            form.stack method="post" action=(action) hx-post=(action) hx-sync="this:drop" {
                (hidden_submission(submission))
                input type="hidden" name="factor_required" value=(if is_on { "no" } else { "yes" });
                h2 { (text("factor-settings-heading")) }
                p { (text(if is_on { "factor-settings-on" } else { "factor-settings-off" })) }
                div.actions {
                    @if is_on { button { (text("factor-settings-stop")) } }
                    @else { button.primary { (text("factor-settings-start")) } }
                }
            }
        }
    };
    layout(context, &title, main)
}
