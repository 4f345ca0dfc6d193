//! What was typed into a form whose sender had to sign in first.
//!
//! It is shown again to the person whom the form had been shown to, and to nobody else: the form's key, which was
//! signed for that person, tells who that was, also where the sign-in and its cookie are gone. Somebody else who signs
//! in next in the same browser sees nothing of it, and a stranger who makes a link has no such key.

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
/// So many wait at most. More than one address may leave behind within [`KEPT`].
const ROOM: i64 = 1000;

/// Stands in the place of what was kept.
const SAVED: &str = "saved";

/// A name for what will be kept. Unguessable, though it takes the person, too, to see what is kept under it.
pub fn new_id() -> String {
    HEXLOWER.encode(&rand::rng().random::<[u8; 16]>())
}

/// Where it will be shown again: a page with a `draft`.
pub fn address(page: &str, id: &str) -> String {
    format!("{}?draft={id}", path(page))
}

/// Keeps the fields, if Redis has room for them: the oldest give way. Strangers, who can send forms without end,
/// have a share of their own, so that those whose sign-in has ended need not make room for them.
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
    /// What was typed is not there any more, or never was.
    Lost,
    Typed(Fields),
}

/// What is kept under an id, for the person who sees the page.
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

/// What came of it is saved: whoever comes back to the page is shown what is stored.
pub async fn end(redis: &Redis, id: &str) {
    if let Ok(Some(text)) = redis.get(&key(id)).await {
        let _ = redis.replace(&key(id), &text, SAVED, KEPT).await;
    }
}

impl Parked {
    /// The form that these fields are of, if there are any.
    pub fn form(&self, typed: impl FnOnce(&Fields) -> Form) -> Option<Form> {
        let Self::Typed(fields) = self else { return None };
        let mut form = typed(fields);
        form.is_restored = true;
        Some(form)
    }

    /// Says that the page shows what was typed before, and the way to do without it; or that it cannot.
    pub fn notice(&self, context: &Context) -> Markup {
        let text = |key| context.language.text(key);
        match self {
            Self::Nothing => html! {},
            Self::Lost => html! { div.notice role="status" { p { (text("fields-lost")) } } },
            Self::Typed(_) => html! {
                div.notice role="status" {
                    p { (text("fields-restored")) }
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
