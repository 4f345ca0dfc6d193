//! The parts that pages have in common.

use maud::{Markup, Render, html};

use super::{Context, layout};

/// The heading of a page with its actions, and the notice of what was just done.
pub fn heading(context: &Context, title: impl Render, actions: Markup) -> Markup {
    html! {
        div.heading { h1 tabindex="-1" { (title) } (actions) }
        (notice(context))
    }
}

/// A whole page: a narrow column under its title.
pub fn narrow(context: &Context, title: &str, content: Markup) -> Markup {
    layout(context, title, column(context, "narrow", title, content))
}

/// The same with a wider column, below tabs or a link back.
pub fn wider(context: &Context, above: Markup, title: &str, content: Markup) -> Markup {
    layout(context, title, html! { (above) (column(context, "narrow wider", title, content)) })
}

fn column(context: &Context, class: &str, title: &str, content: Markup) -> Markup {
    html! { div class=(class) { h1 tabindex="-1" { (title) } (notice(context)) (content) } }
}

fn notice(context: &Context) -> Markup {
    context.notice.as_ref().map_or_else(|| html! {}, |notice| notice.render(context.language))
}

/// The introduction below a title.
pub fn lead(text: &str) -> Markup {
    html! { p.lead { (text) } }
}
