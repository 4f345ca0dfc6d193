//! What came of a form, above its page.

use maud::{Markup, html};

use crate::web::{Context, Message};

/// The answer to a form that leads to no other page.
pub enum Banner {
    Refused(Message),
    /// A link to pass on, shown this once; `title` is the key of a text.
    Link {
        title: &'static str,
        text: Message,
        link: String,
    },
}

/// The banner, which takes the focus.
pub fn banner(context: &Context, banner: &Banner) -> Markup {
    match banner {
        Banner::Refused(message) => {
            html! { div.alert role="alert" tabindex="-1" autofocus { p { (message.text(context.language)) } } }
        }
        Banner::Link { title, text, link } => {
            let title = context.language.text(title);
            html! {
                div.alert.warn.link role="alert" tabindex="-1" autofocus {
                    h2 { (title) }
                    p { (text.text(context.language)) }
                    input readonly value=(link) aria-label=(title) spellcheck="false";
                }
            }
        }
    }
}
