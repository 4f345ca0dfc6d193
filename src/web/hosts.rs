//! The names that this site goes by. With DNS rebinding another site can point its own name here and pass for us; such
//! names get no answer. An IP address cannot be pointed elsewhere.

use poem::Request;
use poem::http::header;
use poem::http::uri::Authority;
use url::{Host, Url};

use crate::error::{Error, Result};

/// Names besides the public address, `localhost` and IP addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts(Vec<Host>);

impl std::str::FromStr for Hosts {
    type Err = String;

    /// Names with commas between them.
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let host = |name| {
            parse(name)
                .ok_or_else(|| format!("{name} is no host; expected something like almacen,bodega.lan"))
        };
        names.map(host).collect::<std::result::Result<_, _>>().map(Self)
    }
}

/// Lets requests for this site's names pass, on any port. One without a `Host` comes from no browser.
///
/// # Errors
///
/// [`Error::OtherHost`] for every other name.
pub fn check(request: &Request, public: &Url, others: &Hosts) -> Result<()> {
    match request.header(header::HOST) {
        Some(host) if !is_ours(host, public, others) => Err(Error::OtherHost),
        _ => Ok(()),
    }
}

fn is_ours(host: &str, public: &Url, others: &Hosts) -> bool {
    let Some(host) = host.parse::<Authority>().ok().and_then(|authority| parse(authority.host())) else {
        return false;
    };
    match &host {
        Host::Ipv4(_) | Host::Ipv6(_) => true,
        Host::Domain(name) => {
            name == "localhost"
                || public.host_str().is_some_and(|public| public.strip_suffix('.').unwrap_or(public) == name)
                || others.0.contains(&host)
        }
    }
}

/// As browsers understand it: lower case, ASCII, without the dot of a fully qualified name.
fn parse(name: &str) -> Option<Host> {
    Host::parse(name.strip_suffix('.').unwrap_or(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_answered(host: &str) -> bool {
        let public = Url::parse("https://Bodega.example:8443/").unwrap();
        is_ours(host, &public, &"almacen, Almacén.lan,".parse().unwrap())
    }

    #[test]
    fn own_names_and_numbers_are_answered_however_they_are_written() {
        for host in [
            "bodega.example",
            "BODEGA.example:8443",
            "bodega.example.",
            "bodega.example.:80",
            "localhost",
            "localhost:8080",
            "almacen:8080",
            "xn--almacn-fva.lan",
            "127.0.0.1:8080",
            "192.168.7.9",
            "[::1]",
            "[2001:db8::7]:8080",
        ] {
            assert!(is_answered(host), "{host}");
        }
    }

    #[test]
    fn all_other_names_are_not() {
        for host in [
            "",
            "evil.example",
            "evil.example:8443",
            "bodega.example.evil.example",
            "www.bodega.example",
            "almacen.evil.example",
            "evil.localhost",
            "127.0.0.1.evil.example",
            "bodega.example, evil.example",
            "bodega.example/evil",
            "evil.example#localhost",
            "::1",
        ] {
            assert!(!is_answered(host), "{host}");
        }
    }

    #[test]
    fn what_is_no_name_is_not_configured() {
        assert_eq!("".parse(), Ok(Hosts::default()));
        for wrong in ["http://almacen", "almacen:8080", "a b", "almacen,*.lan/x"] {
            assert!(wrong.parse::<Hosts>().is_err(), "{wrong}");
        }
    }
}
