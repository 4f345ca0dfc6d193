//! E-mail addresses as pages show them.

use maud::{Markup, html};

/// An address, which is broken between its parts where it is too long for a line, and not within a word.
pub fn address(text: &str) -> Markup {
    html! {
        bdi {
            @for (index, part) in text.split_inclusive(['@', '.', '-', '_', '+']).enumerate() {
                @if index > 0 { wbr; }
                (part)
            }
        }
    }
}
