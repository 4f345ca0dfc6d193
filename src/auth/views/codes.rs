//! Recovery codes, shown once.

use maud::{Markup, html};

use crate::web::{Context, layout};

/// The page with new codes, and the way on.
pub fn page(context: &Context, codes: &[String], next: &str) -> Markup {
    let text = |key| context.language.text(key);
    let title = text("factor-codes-title");
    let main = html! {
        div.narrow.wider {
            h1 tabindex="-1" { (title) }
            p.lead { (text("factor-codes-lead")) }
            ol.codes { @for code in codes { li { code { (broken(code)) } } } }
            div.actions { a.button.primary href=(next) { (text("factor-codes-kept")) } }
        }
    };
    layout(context, &title, main)
}

/// A code that may go on in the next line between two groups.
fn broken(code: &str) -> Markup {
    html! { @for group in code.split_inclusive('-') { (group) wbr; } }
}
