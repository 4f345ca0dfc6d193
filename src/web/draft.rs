//! What was typed into a form whose sender had to sign in first.

use std::time::Duration;

use data_encoding::HEXLOWER;
use rand::Rng;

use super::Fields;
use crate::redis::Redis;

/// Long enough to find one's password.
const KEPT: Duration = Duration::from_hours(1);

/// Keeps the fields, and says where they will be shown again: `page` with a `draft`. Without Redis they
/// are lost, and `page` is all there is.
pub async fn keep(redis: &Redis, page: &str, fields: &Fields) -> String {
    // Unguessable: whoever knows it reads what was typed.
    let id = HEXLOWER.encode(&rand::rng().random::<[u8; 16]>());
    let Ok(text) = serde_json::to_string(&fields.without_secrets()) else { return page.to_owned() };
    if redis.set(&key(&id), &text, KEPT).await.is_err() {
        return page.to_owned();
    }
    let path = page.split('?').next().unwrap_or(page);
    format!("{path}?draft={id}")
}

/// The fields kept under an id, if they still are.
pub async fn find(redis: &Redis, id: &str) -> Option<Fields> {
    if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let text = redis.get_sliding(&key(id), KEPT).await.ok()??;
    serde_json::from_str(&text).ok()
}

fn key(id: &str) -> String {
    format!("bodega:draft:{id}")
}
