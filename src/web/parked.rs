//! What was typed into a form whose sender had to sign in first.
//!
//! Only the person whom the form was shown to sees it again: its key, signed for them, says who that was even after
//! the sign-in and its cookie are gone. Whoever else signs in next in the same browser, or follows a link, sees nothing.

use std::time::Duration;

use data_encoding::HEXLOWER;
use maud::{Markup, html};
use rand::Rng;

use super::{Context, Fields, Form, Signer, Visitor};
use crate::id::Id;
use crate::redis::Redis;

/// Long enough to find one's password.
const KEPT: Duration = Duration::from_hours(1);
/// As JSON. No form that could be saved is longer.
const LONGEST: usize = 16 * 1024;
/// Parked forms at most; more than the rate limit lets one address leave within [`KEPT`].
const ROOM: i64 = 1000;

/// Replaces the fields of a form that has been saved.
const SAVED: &str = "saved";

/// A new, unguessable id.
pub fn new_id() -> String {
    HEXLOWER.encode(&rand::rng().random::<[u8; 16]>())
}

/// The page with the parked form.
pub fn address(page: &str, id: &str) -> String {
    format!("{}?draft={id}", path(page))
}

/// Keeps the fields; the oldest give way when there are too many. Strangers, who can send forms without end, have a
/// quota of their own, so that they cannot push out the forms of people whose sign-in has ended.
pub async fn keep(redis: &Redis, id: &str, visitor: &Visitor, fields: &Fields) {
    let share = match visitor {
        Visitor::Ended(_) => "bodega:drafts:ended",
        _ => "bodega:drafts:nobody",
    };
    let text = serde_json::to_string(fields).unwrap_or_default();
    if (1..=LONGEST).contains(&text.len()) {
        let _ = redis.set_within((share, ROOM), &key(id), &text, KEPT).await;
    }
}

/// What the `draft` of a page's address leads to.
#[derive(Debug, Default)]
pub enum Parked {
    /// Nothing that this person typed.
    #[default]
    Nothing,
    /// Expired, or never kept.
    Lost,
    Typed(Fields),
}

/// The form kept under an id, if it is this person's.
pub async fn find(redis: &Redis, signer: &Signer, id: &str, person: Id) -> Parked {
    if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Parked::Nothing;
    }
    let text = redis.get(&key(id)).await.ok().flatten();
    if text.as_deref() == Some(SAVED) {
        return Parked::Nothing;
    }
    match text.and_then(|text| serde_json::from_str::<Fields>(&text).ok()) {
        None => Parked::Lost,
        Some(mut fields) if signer.check(fields.get("_submission"), person).is_some() => {
            fields.add("draft", id);
            Parked::Typed(fields)
        }
        Some(_) => Parked::Nothing,
    }
}

/// Marks it as saved: the page shows the stored values from now on.
pub async fn end(redis: &Redis, id: &str) {
    if let Ok(Some(text)) = redis.get(&key(id)).await {
        let _ = redis.replace(&key(id), &text, SAVED, KEPT).await;
    }
}

impl Parked {
    /// The form of these fields, if there are any.
    pub fn form(&self, typed: impl FnOnce(&Fields) -> Form) -> Option<Form> {
        let Self::Typed(fields) = self else { return None };
        let mut form = typed(fields);
        form.is_restored = true;
        Some(form)
    }

    /// Says, by the text of a key, that the page shows what was typed before, and the way to do without it; or that it
    /// cannot.
    pub fn notice(&self, context: &Context, restored: &'static str) -> Markup {
        let text = |key| context.language.text(key);
        match self {
            Self::Nothing => html! {},
            Self::Lost => html! { div.notice role="status" { p { (text("fields-lost")) } } },
            Self::Typed(_) => html! {
                div.notice role="status" {
                    p { (text(restored)) }
                    a.button href=(path(&context.here)) data-discard { (text("fields-discard")) }
                }
            },
        }
    }
}

fn path(page: &str) -> &str {
    page.split('?').next().unwrap_or(page)
}

fn key(id: &str) -> String {
    format!("bodega:draft:{id}")
}
