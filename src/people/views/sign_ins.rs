//! One's own sign-ins.

use maud::{Markup, html};

use super::account::Shown;
use crate::auth::sign_in::device;
use crate::people::account::Listed;
use crate::web::{Context, Message, TimeFormat, hidden_submission};

/// Where and since when one is signed in.
pub fn section(context: &Context, shown: &Shown) -> Markup {
    let text = |key| context.language.text(key);
    let times = TimeFormat::new(context.language);
    html! {
        section.wide aria-labelledby="account-sign-ins" {
            div.heading {
                h2 #account-sign-ins { (text("account-sign-ins-title")) }
                @if shown.sign_ins.len() > 1 { (end_others(context, &shown.end_others)) }
            }
            ul.sign-ins {
                @for sign_in in shown.sign_ins { (item(context, &times, sign_in)) }
            }
        }
    }
}

/// Where a way in is changed: the others, and the form that ends them, if there are any.
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
    let action = "/account/sign-ins/end-others";
    html! {
        form method="post" action=(action) hx-post=(action) hx-sync="this:drop" {
            (hidden_submission(key))
            button.danger { (context.language.text("account-end-others")) }
        }
    }
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
    let action = format!("/account/sign-ins/{}/end", sign_in.handle);
    let label = Message::new("account-end-label").with("device", device).text(context.language);
    html! {
        form method="post" action=(action) hx-post=(action) hx-sync="this:drop" {
            (hidden_submission(&sign_in.key))
            button.danger aria-label=(label) { (context.language.text("account-end")) }
        }
    }
}
