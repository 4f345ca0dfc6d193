//! The client of a request.

use std::net::IpAddr;

use poem::Request;
use poem::http::header;

/// Where a request comes from.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Origin {
    /// The client's IP address, as HAProxy saw it.
    pub address: String,
    /// `User-Agent`, cut to 255 characters.
    pub agent: String,
}

impl Origin {
    /// Input for hashes.
    pub fn bytes(&self) -> Vec<u8> {
        [self.address.as_bytes(), b"\0", self.agent.as_bytes()].concat()
    }
}

/// Address and browser of a request, as HAProxy passes them on.
pub fn origin(request: &Request) -> Origin {
    Origin {
        address: request.header("x-forwarded-for").unwrap_or("").chars().take(45).collect(),
        agent: request.header(header::USER_AGENT).unwrap_or("").chars().take(255).collect(),
    }
}

/// The address or, for IPv6, its /64: what one customer has.
pub fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => format!("{:x?}", &v6.segments()[..4]),
        Ok(ip) => ip.to_canonical().to_string(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_ipv6_network_counts_as_one() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}
