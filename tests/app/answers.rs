//! Headers, files, and what is not to be reached from outside.

use bodega::health::{Health, internal};
use bodega::web::{Language, asset};
use poem::{Endpoint, Request};

use crate::support::{Answer, Shop};

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let shop = Shop::new().await;
    let replica = shop.replica_with(&["--replica", "web7"]).await;
    let mut ana = replica.person("Ana").await;
    let mut answers = vec![];
    for path in ["/", "/products", "/nowhere", "/logout", asset("app.css"), "/static/nothing.css"] {
        answers.push(ana.get(path).await);
        answers.push(replica.visitor().get(path).await);
    }
    answers.push(replica.visitor().without("sec-fetch-site").post("/login", "").await);
    for answer in answers {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-served-by"), Some("web7"));
        for name in ["referrer-policy", "cross-origin-opener-policy", "permissions-policy", "x-request-id"] {
            assert!(answer.header(name).is_some(), "{name} in {answer:?}");
        }
        assert_eq!(answer.header("strict-transport-security"), None, "not over http");
    }
}

#[tokio::test]
async fn whatever_address_somebody_comes_by_the_answers_head_fits_haproxys_buffer() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    for length in [10, 3_000, 60_000] {
        let path = format!("/products?q={}", "&".repeat(length));
        let answer = replica.visitor().get(&path).await;
        let place = answer.header("location").unwrap();
        assert!(place.starts_with("/login?next=%2F") && place.len() < 16_000, "{}", place.len());
        assert_eq!(place.contains("products"), length < 4_000);
    }
}

#[tokio::test]
async fn nobody_may_have_any_answer_in_a_frame() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let mut answers = vec![replica.visitor().without("sec-fetch-site").post("/login", "").await];
    for path in ["/", "/products", "/account", "/login", "/nowhere", "/users/log.csv", asset("icon.svg")] {
        answers.push(ana.get(path).await);
        answers.push(replica.visitor().get(path).await);
    }
    for answer in answers {
        let policy = answer.header("content-security-policy").unwrap();
        let directives: Vec<_> = policy.split(';').map(str::trim).collect();
        assert!(directives.contains(&"frame-ancestors 'none'"), "{policy}");
    }
}

#[tokio::test]
async fn pages_are_stored_nowhere() {
    let replica = Shop::new().await.replica().await;
    for path in ["/", "/login", "/products", "/nowhere"] {
        assert_eq!(replica.visitor().get(path).await.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn no_page_holds_a_script_or_style_of_its_own() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    for path in ["/", "/products", "/products/new", "/nowhere", &path, &format!("{path}/edit")] {
        let page = ana.get(path).await;
        assert!(!page.has("style, [style], script:not([src])"), "{path}");
        for event in ["onclick", "onload", "onsubmit", "onchange", "oninput"] {
            assert!(!page.has(&format!("[{event}]")), "{event} on {path}");
        }
    }
}

#[tokio::test]
async fn request_ids_that_do_not_look_like_one_are_replaced() {
    let replica = Shop::new().await.replica().await;
    for id in ["", "a b", "<script>", &"a".repeat(65)] {
        let answer = replica.visitor().with("x-request-id", id).get("/login").await;
        assert_ne!(answer.header("x-request-id"), Some(id));
        assert!(!answer.header("x-request-id").unwrap().is_empty());
    }
}

#[tokio::test]
async fn files_are_cacheable_for_ever_under_a_path_that_changes_with_their_content() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    let page = visitor.get("/").await;
    let mut files = page.attributes("link[rel='stylesheet'], link[rel='icon']", "href");
    files.extend(page.attributes("script", "src"));
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        let plain = visitor.get(&file).await;
        plain.assert_status(200);
        assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(plain.header("vary"), Some("Accept-Encoding"));
        assert_eq!(plain.header("content-encoding"), None);
        for (accepted, coding) in [("gzip", "gzip"), ("gzip, deflate, br", "br"), ("br;q=0, gzip", "gzip")] {
            let mut browser = visitor.clone();
            let compressed = browser.with("accept-encoding", accepted).get(&file).await;
            assert_eq!(compressed.header("content-encoding"), Some(coding), "{file} {accepted}");
            assert_eq!(unpacked(&compressed, coding), plain.body, "{file}");
        }
        let other = file.replacen(|c: char| c.is_ascii_digit(), "z", 1);
        visitor.get(&other).await.assert_page(404, Language::Spanish);
    }
}

#[tokio::test]
async fn pages_are_compressed_for_browsers_that_take_it() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    // A page without a form, whose key would be another each time.
    let plain = visitor.get("/").await;
    let compressed = visitor.with("accept-encoding", "gzip, br").get("/").await;
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert_eq!(unpacked(&compressed, "gzip"), plain.body);
}

fn unpacked(answer: &Answer, coding: &str) -> Vec<u8> {
    let mut plain = vec![];
    match coding {
        "br" => brotli::BrotliDecompress(&mut &answer.body[..], &mut plain).unwrap(),
        _ => {
            let mut decoder = flate2::read::GzDecoder::new(&answer.body[..]);
            std::io::copy(&mut decoder, &mut plain).unwrap();
        }
    }
    plain
}

#[tokio::test]
async fn health_and_metrics_are_not_on_the_public_site() {
    let replica = Shop::new().await.replica().await;
    for path in ["/metrics", "/health/live", "/health/ready"] {
        replica.visitor().get(path).await.assert_page(404, Language::Spanish);
        replica.person("Ana").await.get(path).await.assert_page(404, Language::Spanish);
    }
}

#[tokio::test]
async fn the_internal_port_tells_health_and_metrics() {
    let shop = Shop::new().await;
    let replica = shop.replica_with(&["--replica", "web7"]).await;
    let health = Health::default();
    let port = internal(health.clone());
    let get = async |path: &str| {
        let request = Request::builder().uri(path.parse().unwrap()).finish();
        Answer::of(port.get_response(request).await).await
    };
    assert_eq!(get("/health/live").await.status, 200);
    assert_eq!(get("/health/ready").await.status, 503);
    health.set_ready(true);
    assert_eq!(get("/health/ready").await.status, 200);
    health.set_ready(false);
    assert_eq!(get("/health/ready").await.status, 503);
    assert_eq!(get("/nowhere").await.status, 404);
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    ana.get(&path).await.assert_status(200);
    health.started(replica.app.clone());
    let metrics = get("/metrics").await;
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let metrics = metrics.text();
    for line in [
        "bodega_http_request_duration_seconds_count{method=\"GET\",route=\"/products/:id\",status=\"200\"} 1\n",
        "bodega_http_request_duration_seconds_count{method=\"POST\",route=\"/products\",status=\"303\"} 1\n",
        "bodega_database_connections{database=\"db_productos\",state=\"waiting\"} 0\n",
        "bodega_database_connections{database=\"db_usuarios\",state=\"open\"} ",
        "bodega_session_store_errors ",
        "replica=\"web7\"",
        "version=\"",
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    assert!(!metrics.contains(path.rsplit('/').next().unwrap()), "patterns, not paths");
}

#[tokio::test]
async fn the_icon_is_also_where_browsers_look_for_it_unasked() {
    let mut visitor = Shop::new().await.replica().await.visitor();
    let icon = visitor.get("/login").await.attribute("link[rel='icon']", "href");
    let answer = visitor.get("/favicon.ico").await;
    assert_eq!((answer.status, answer.location()), (302, Some(icon.as_str())));
    let head = visitor.ask(poem::http::Method::HEAD, "/favicon.ico", poem::Body::empty()).await;
    assert_eq!((head.status, head.location()), (302, Some(icon.as_str())));
    assert_eq!(
        visitor.follow(&answer).await.assert_status(200).header("content-type"),
        Some("image/svg+xml")
    );
}
