//! Recovery codes, shown once.

use maud::{Markup, html};

use crate::web::{Context, page};

/// The page with new codes, and where to go next.
pub fn page(context: &Context, codes: &[String], next: &str) -> Markup {
    let text = |key| context.language.text(key);
    let content = html! {
        (page::lead(&text("factor-codes-lead")))
        ol.codes { @for code in codes { li { code { (broken(code)) } } } }
        div.actions { a.button.primary href=(next) { (text("factor-codes-kept")) } }
    };
    page::wider(context, html! {}, &text("factor-codes-title"), content)
}

/// A code that may break between groups.
fn broken(code: &str) -> Markup {
    html! { @for group in code.split_inclusive('-') { (group) wbr; } }
}
