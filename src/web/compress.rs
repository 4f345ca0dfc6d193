//! Compression of pages.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use poem::http::{HeaderMap, HeaderValue, header};
use poem::{Body, Response};

/// Below this, compressing costs more than it saves.
const SMALLEST: usize = 1024;
/// Measured on the list of products: half the size of level 1 for a tenth of a millisecond more.
const LEVEL: u32 = 4;

/// Whether the browser accepts this coding (RFC 9110, section 12.5.3; a weight of 0 refuses it).
pub fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let refused = |weight: &str| weight.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
            pieces.next().is_some_and(|name| name.eq_ignore_ascii_case(coding)) && !pieces.any(refused)
        })
}

/// Exports are streamed and cannot be held until they end.
fn is_stream(kind: &str) -> bool {
    kind.starts_with("text/csv")
}

/// Compresses a page for a browser that accepts gzip, unless it is encoded already.
pub async fn page(mut response: Response, gzip: bool) -> Response {
    let is_text = response.content_type().is_some_and(|kind| kind.starts_with("text/") && !is_stream(kind));
    if !is_text || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !gzip {
        return response;
    }
    let Ok(body) = response.take_body().into_bytes().await else { return response };
    if body.len() < SMALLEST {
        response.set_body(body);
        return response;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::new(LEVEL));
    match encoder.write_all(&body).and_then(|()| encoder.finish()) {
        Ok(compressed) => {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response.set_body(Body::from_vec(compressed));
        }
        Err(_) => response.set_body(body),
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_when_named_and_not_refused() {
        let of = |text: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
            accepts(&headers, "gzip")
        };
        assert!(of("gzip") && of("br, gzip;q=0.5") && of("GZIP"));
        assert!(!of("br") && !of("gzip;q=0") && !of(""));
    }
}
