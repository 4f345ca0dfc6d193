//! Writes come from this site's own pages, or not at all.

use poem::Request;
use poem::http::{Method, header};
use url::Url;

use crate::error::{Error, Result};

/// Lets reads pass, and writes from this site's pages: `Sec-Fetch-Site: same-origin` or, where browsers send none
/// (plain http), an `Origin` that is the public address or equals the `Host`, which `hosts.rs` has checked.
///
/// # Errors
///
/// [`Error::CrossSite`] for every other write.
pub fn check(request: &Request, public: &Url) -> Result<()> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(());
    }
    let same = match request.header("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => request.header(header::ORIGIN).is_some_and(|origin| is_ours(origin, request, public)),
    };
    if same { Ok(()) } else { Err(Error::CrossSite) }
}

fn is_ours(origin: &str, request: &Request, public: &Url) -> bool {
    if origin == public.origin().ascii_serialization() {
        return true;
    }
    let host = request.header(header::HOST).unwrap_or("");
    public.scheme() == "http" && !host.is_empty() && origin.strip_prefix("http://") == Some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(public: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(Method::POST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.finish(), &Url::parse(public).unwrap()).is_ok()
    }

    #[test]
    fn own_pages_may_write() {
        let public = "http://localhost:8080";
        assert!(passes(public, &[("sec-fetch-site", "same-origin")]));
        assert!(passes(public, &[("origin", "http://localhost:8080")]));
        assert!(passes(public, &[("origin", "http://almacen:8080"), ("host", "almacen:8080")]));
        assert!(passes("https://bodega.example", &[("origin", "https://bodega.example")]));
    }

    #[test]
    fn nobody_else_may() {
        let public = "http://localhost:8080";
        assert!(!passes(public, &[]));
        assert!(!passes(public, &[("sec-fetch-site", "cross-site")]));
        assert!(!passes(public, &[("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")]));
        assert!(!passes(public, &[("sec-fetch-site", "none")]));
        assert!(!passes(public, &[("origin", "null")]));
        assert!(!passes(public, &[("origin", "http://evil.example"), ("host", "localhost:8080")]));
        assert!(!passes("https://bodega.example", &[("origin", "https://a.example"), ("host", "a.example")]));
        assert!(!passes(
            "https://bodega.example",
            &[("origin", "http://bodega.example"), ("host", "bodega.example")]
        ));
    }
}
