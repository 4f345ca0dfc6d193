//! Browsers that a person has signed in with before. Their tries are counted apart, so that nobody who hammers the
//! account locks its owner out.

use poem::{Request, Response};
use rand::Rng;

use crate::accounts::account;
use crate::app::App;
use crate::id::Id;
use crate::web::cookies;

const COOKIE: &str = "bodega_device";
const PURPOSE: &str = "device";
/// The account's key, and random bytes that tell two browsers apart.
const LENGTH: usize = 32;

/// What the browser's cookie holds, if we sealed it and it belongs to the account with this e-mail address. Asks the
/// database only for browsers that have been signed in with.
pub async fn find(app: &App, request: &Request, email: &str) -> Option<Vec<u8>> {
    let device = opened(app, request)?;
    let account = app.users.run(async |connection| account::find_by_email(email, connection).await).await;
    let account = account.ok()??;
    device.starts_with(account.id.as_bytes()).then_some(device)
}

/// Makes the browser one of the account's, and no other account's.
pub fn remember(app: &App, request: &Request, account: Id, response: &mut Response) {
    let known = opened(app, request).filter(|device| device.starts_with(account.as_bytes()));
    let device =
        known.unwrap_or_else(|| [account.as_bytes(), &rand::rng().random::<[u8; 16]>()[..]].concat());
    let sealed = app.signer.seal(PURPOSE, &device);
    cookies::set(response, COOKIE, &sealed, Some(cookies::YEAR), app.config.is_https());
}

fn opened(app: &App, request: &Request) -> Option<Vec<u8>> {
    let device = app.signer.unseal(PURPOSE, cookies::get(request, COOKIE, app.config.is_https())?)?;
    (device.len() == LENGTH).then_some(device)
}
