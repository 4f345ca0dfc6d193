//! The layout that every page stands in.

use maud::{DOCTYPE, Markup, html};

use super::Context;

/// A whole page: head, header with navigation, language form and sign-out, `main`.
pub fn page(context: &Context, title: &str, main: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(context.language.tag()) {
            head { title { (title) } }
            body { main id="main" { (main) } }
        }
    }
}
