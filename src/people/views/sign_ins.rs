//! One's own sign-ins.

use maud::{Markup, html};

use crate::auth::device;
use crate::people::account::sign_ins::Listed;
use crate::web::{Context, Message, TimeFormat, button_form};

/// The list of sign-ins; `key` is that of the form that ends all but the current one.
pub fn section(context: &Context, sign_ins: &[Listed], key: &str) -> Markup {
    let times = TimeFormat::new(context.language);
    html! {
        section.wide aria-labelledby="account-sign-ins" {
            div.heading {
                h2 #account-sign-ins { (context.language.text("account-sign-ins-title")) }
                @if sign_ins.len() > 1 { (end_others(context, key)) }
            }
            ul.sign-ins {
                @for sign_in in sign_ins { (item(context, &times, sign_in)) }
            }
        }
    }
}

/// Offers to end all other sign-ins, on pages that change credentials.
pub fn others(context: &Context, key: Option<&str>) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        @if let Some(key) = key {
            section.part {
                h2 { (text("account-others-title")) }
                p { (text("account-others-text")) }
                div.actions.on-top { (end_others(context, key)) }
            }
        }
    }
}

fn end_others(context: &Context, key: &str) -> Markup {
    let button = html! { button.danger { (context.language.text("account-end-others")) } };
    button_form("/account/sign-ins/end-others", key, button)
}

fn item(context: &Context, times: &TimeFormat, sign_in: &Listed) -> Markup {
    let device = device::words(&sign_in.agent).text(context.language);
    html! {
        li id={ "sign-in-" (sign_in.handle) } {
            div {
                p.device {
                    span title=(sign_in.agent) { (device) }
                    @if sign_in.is_this { " " em { (context.language.text("account-this")) } }
                }
                p.calm {
                    (times.sentence(Message::new("account-since"), sign_in.created_at))
                    @if !sign_in.is_this {
                        " · " (times.sentence(Message::new("account-seen"), sign_in.last_seen_at))
                    }
                    @if !sign_in.address.is_empty() { " · " code { (sign_in.address) } }
                }
            }
            @if !sign_in.is_this { (end(context, sign_in, &device)) }
        }
    }
}

fn end(context: &Context, sign_in: &Listed, device: &str) -> Markup {
    let label = Message::new("account-end-label").with("device", device).text(context.language);
    let button = html! { button.danger aria-label=(label) { (context.language.text("account-end")) } };
    button_form(&format!("/account/sign-ins/{}/end", sign_in.handle), &sign_in.key, button)
}
