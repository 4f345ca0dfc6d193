//! Static files: in the program, under the hash of their content, compressed once.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, LazyLock};

use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, IntoResponse, Request, Response};
use rust_embed::RustEmbed;

use super::compress;

#[derive(RustEmbed)]
#[folder = "static"]
#[exclude = "*LICENSE*"]
struct Files;

struct Asset {
    path: String,
    kind: &'static str,
    plain: Vec<u8>,
    gzip: Vec<u8>,
    brotli: Vec<u8>,
}

struct Assets {
    by_name: HashMap<String, usize>,
    by_path: HashMap<String, usize>,
    assets: Vec<Asset>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut all = Assets { by_name: HashMap::new(), by_path: HashMap::new(), assets: Vec::new() };
    for name in Files::iter() {
        let file = Files::get(&name).expect("a name that was listed");
        let asset = Asset::new(&name, &file);
        all.by_name.insert(name.to_string(), all.assets.len());
        all.by_path.insert(asset.path.clone(), all.assets.len());
        all.assets.push(asset);
    }
    all
});

impl Asset {
    fn new(name: &str, file: &rust_embed::EmbeddedFile) -> Self {
        let hash = data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()[..8]);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let plain = file.data.to_vec();
        Self {
            path: format!("/static/{stem}.{hash}.{extension}"),
            kind: match extension {
                "css" => "text/css; charset=utf-8",
                "js" => "text/javascript; charset=utf-8",
                "svg" => "image/svg+xml",
                "png" => "image/png",
                "ico" => "image/x-icon",
                "webmanifest" => "application/manifest+json",
                _ => "application/octet-stream",
            },
            gzip: gzip(&plain),
            brotli: brotli(&plain),
            plain,
        }
    }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).and_then(|()| encoder.finish()).expect("memory does not fail to write")
}

fn brotli(plain: &[u8]) -> Vec<u8> {
    // 11, the best, would delay the start by half a second; 9 is within 3 % of it.
    let parameters = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut compressed, &parameters)
        .expect("memory does not fail to write");
    compressed
}

/// The address of a file of `static/`, which changes with its content.
///
/// # Panics
///
/// When there is no such file, which any test of the page finds.
pub fn asset(name: &str) -> &'static str {
    let index = ASSETS.by_name.get(name).unwrap_or_else(|| panic!("no file {name} in static/"));
    &ASSETS.assets[*index].path
}

/// Compresses all files now rather than while the first visitor waits.
pub fn prepare() {
    LazyLock::force(&ASSETS);
}

/// Serves a static file before anything looks up who asks. Cacheable for ever: changed content has another address.
pub async fn first<A, E: Endpoint<Output = Response>>(
    _: A,
    next: Arc<E>,
    request: Request,
) -> poem::Result<Response> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match ASSETS.by_path.get(request.uri().path()).filter(|_| is_read) {
        Some(index) => Ok(answer(&ASSETS.assets[*index], &request)),
        None if is_read && request.uri().path() == "/favicon.ico" => Ok(to_icon()),
        None => next.call(request).await,
    }
}

/// Where browsers and feed readers look for the icon.
fn to_icon() -> Response {
    StatusCode::FOUND.with_header(header::LOCATION, asset("icon.svg")).into_response()
}

fn answer(asset: &'static Asset, request: &Request) -> Response {
    let accepts = |coding| compress::accepts(request.headers(), coding);
    let (body, coding) = match () {
        () if accepts("br") => (&asset.brotli, Some("br")),
        () if accepts("gzip") => (&asset.gzip, Some("gzip")),
        () => (&asset.plain, None),
    };
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, asset.kind)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "Accept-Encoding")
        .body(Body::from(body.as_slice()));
    if let Some(coding) = coding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}
