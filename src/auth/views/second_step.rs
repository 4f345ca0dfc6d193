//! The second step of signing in.

use maud::{Markup, html};

use crate::web::{Context, Controls, Form, layout};

/// The page with the form.
pub fn page(context: &Context, form: &Form) -> Markup {
    let title = context.language.text("factor-step-title");
    let main = html! {
        div.narrow {
            h1 tabindex="-1" { (title) }
            (fragment(context, form))
            p.other { a href="/login" { (context.language.text("factor-step-other")) } }
        }
    };
    layout(context, &title, main)
}

/// The form alone; it stands where the form with the password stood.
pub fn fragment(context: &Context, form: &Form) -> Markup {
    let fields = Controls::new(context.language, form, "factor");
    let with_recovery_code = form.error("recovery_code").is_some();
    html! {
        form #login-form .stack method="post" action="/login/factor" novalidate
            hx-post="/login/factor" hx-swap="outerHTML" hx-sync="this:drop" {
            (fields.submission())
            @for name in ["ticket", "next", "email"] { input type="hidden" name=(name) value=(form.value(name)); }
            (fields.alert(html! {}))
            (fields.field("code", "factor-code").numeric().autocomplete("one-time-code")
                .hint("factor-step-hint").optional().first())
            details open[with_recovery_code] {
                summary { (context.language.text("factor-step-lost")) }
                (fields.field("recovery_code", "factor-recovery-code").exact().optional()
                    .hint("factor-recovery-code-hint"))
            }
            div.actions { button.primary { (context.language.text("factor-step-submit")) } }
        }
    }
}
