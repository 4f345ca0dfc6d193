//! The passwords of compose.yaml, which everybody can read.

use url::{Host, Url};

/// Each with the variable that replaces it.
const PUBLISHED: [(&str, &str); 6] = [
    ("usuarios", "BODEGA_USERS_PASSWORD"),
    ("productos", "BODEGA_PRODUCTS_PASSWORD"),
    ("usuariosdueno", "BODEGA_USERS_OWNER_PASSWORD"),
    ("productosdueno", "BODEGA_PRODUCTS_OWNER_PASSWORD"),
    ("sesiones", "BODEGA_REDIS_PASSWORD"),
    ("puertaprincipaldebodega", "BODEGA_FRONT_SECRET"),
];

/// Refuses published passwords unless the site is only for this machine.
pub fn refuse_published<'a>(
    public_url: &Url,
    passwords: impl IntoIterator<Item = Option<&'a str>>,
) -> Result<(), String> {
    let published = |given: &str| PUBLISHED.iter().find(|(password, _)| *password == given);
    let names: Vec<_> =
        passwords.into_iter().flatten().filter_map(published).map(|(_, name)| *name).collect();
    match names.is_empty() || is_this_machine(public_url) {
        true => Ok(()),
        false => Err(format!(
            "passwords that are published in compose.yaml are not for {public_url}: set {} (README.md, Passwords)",
            names.join(", ")
        )),
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
