//! The two ceremonies of Web Authentication. The state between their two steps is in Redis, so that any replica can
//! take the second one. Without Redis there is the password.

use std::time::Duration;

use data_encoding::HEXLOWER;
use rand::Rng;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};
use webauthn_rs::prelude::{Webauthn, WebauthnBuilder, WebauthnError};
use webauthn_rs_proto::CollectedClientData;

use crate::error::{Error, Result};
use crate::id::Id;
use crate::redis::Redis;

/// How long the browser may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// Whether browsers allow passkeys for a site with this URL: it needs a host name and, except for localhost, https.
pub fn is_possible(public_url: &Url) -> bool {
    match public_url.host() {
        Some(Host::Domain(name)) => public_url.scheme() == "https" || name == "localhost",
        _ => false,
    }
}

/// The site's Web Authentication.
///
/// # Errors
///
/// [`Error::NotFound`] where the URL does not allow passkeys.
pub fn webauthn(public_url: &Url) -> Result<Webauthn> {
    let name = public_url.domain().filter(|_| is_possible(public_url)).ok_or(Error::NotFound)?;
    let builder = WebauthnBuilder::new(name, public_url).map(|builder| builder.rp_name("Bodega"));
    builder.and_then(WebauthnBuilder::build).map_err(broken)
}

/// A ceremony that cannot begin: a bug of ours.
pub fn broken(error: WebauthnError) -> Error {
    Error::Internal(format!("Web Authentication: {error}"))
}

/// Keeps the state of a ceremony for five minutes, under an unguessable name. `whose` separates ceremonies that must
/// not be mixed up.
///
/// # Errors
///
/// [`Error::Away`] without Redis.
pub async fn keep_state(redis: &Redis, whose: &str, state: &(impl Serialize + Sync)) -> Result<String> {
    let id = HEXLOWER.encode(&rand::rng().random::<[u8; 16]>());
    let text = serde_json::to_string(state).map_err(|error| Error::Internal(error.to_string()))?;
    redis.set(&key(whose, &id), &text, PATIENCE).await?;
    Ok(id)
}

/// The state of a ceremony of the last five minutes. It is not removed: the second step may be replayed.
///
/// # Errors
///
/// [`Error::Away`] without Redis.
pub async fn find_state<T: DeserializeOwned>(redis: &Redis, whose: &str, id: &str) -> Result<Option<T>> {
    if decoded(id).is_none() {
        return Ok(None);
    }
    let text = redis.get(&key(whose, id)).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// A ceremony's name as an idempotency key.
pub fn key_of(id: &str) -> Id {
    decoded(id).map_or(Id::NIL, Id::from_bytes)
}

fn decoded(id: &str) -> Option<[u8; 16]> {
    HEXLOWER.decode(id.as_bytes()).ok()?.try_into().ok()
}

/// Whether it was requested within another site's page (a cross-origin iframe). webauthn-rs checks this when a passkey
/// is created, but not when it signs.
pub fn is_cross_origin(client_data: &[u8]) -> bool {
    let client_data = serde_json::from_slice::<CollectedClientData>(client_data);
    client_data.is_ok_and(|client_data| client_data.cross_origin == Some(true))
}

fn key(whose: &str, id: &str) -> String {
    format!("bodega:passkey:{whose}:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_https_and_a_name_unless_it_is_this_machine() {
        for (url, expected) in [
            ("https://bodega.example", true),
            ("https://bodega.example:8443", true),
            ("http://localhost:8080", true),
            ("http://bodega.example", false),
            ("https://192.0.2.1", false),
            ("http://127.0.0.1:8080", false),
            ("https://[2001:db8::1]", false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(is_possible(&url), expected, "{url}");
            assert_eq!(webauthn(&url).is_ok(), expected, "{url}");
        }
    }
}
