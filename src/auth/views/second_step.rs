//! The second step of signing in.

use maud::{Markup, html};

use crate::web::{Context, Form, FormView, page};

/// The page with the form.
pub fn page(context: &Context, form: &Form) -> Markup {
    let content = html! {
        (self::form(context, form))
        p.other { a href="/login" { (context.language.text("factor-step-other")) } }
    };
    page::narrow(context, &context.language.text("factor-step-title"), content)
}

/// The form alone, which takes the place of the one with the password.
pub fn form(context: &Context, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "factor").titled("factor-step-title");
    let with_recovery_code = form.error("recovery_code").is_some();
    let content = html! {
        @for name in ["ticket", "next", "email"] { (view.hidden(name)) }
        (view.field("code", "factor-code").numeric().autocomplete("one-time-code")
            .hint("factor-step-hint").optional().first())
        details open[with_recovery_code] {
            summary { (context.language.text("factor-step-lost")) }
            (view.field("recovery_code", "factor-recovery-code").exact().optional()
                .hint("factor-recovery-code-hint"))
        }
        (view.submit("factor-step-submit"))
    };
    view.render("/login/factor", content)
}
