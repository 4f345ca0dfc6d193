//! Tabs between the administrators' pages.

use maud::{Markup, html};

use super::{Context, Permission};

/// `here` is the address of the current one.
pub fn tabs(context: &Context, here: &str) -> Markup {
    let text = |key| context.language.text(key);
    let tab = |href: &str, label: String| {
        html! { li { a href=(href) aria-current=[(href == here).then_some("page")] { (label) } } }
    };
    html! {
        nav.tabs aria-label=(text("people-sections")) {
            ul {
                (tab("/users", text("people-title")))
                (tab("/users/invitations", text("invitations-title")))
                (tab("/users/log", text("log-title")))
                (tab("/users/settings", text("factor-settings-tab")))
                @if context.may(Permission::Operate) { (tab("/jobs", text("jobs-title"))) }
            }
        }
    }
}
