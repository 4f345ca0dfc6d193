//! The system by HTTPS, as `bin/up --tls` starts it, with a certificate made on the spot.

use std::process::{Command, Stdio};

use crate::crowd;
use crate::stack::{Stack, secure_stack};
use crate::support::{PASSWORD, unique};
use crate::visitor::{Answer, Visitor};

#[tokio::test]
async fn what_comes_in_the_clear_is_led_to_https_and_a_form_is_refused() {
    let stack = secure_stack().await;
    let visitor = Visitor::of(&stack);
    let (plain, secure) = (stack.front().origin, stack.setting("BODEGA_PUBLIC_URL"));
    assert!(plain.starts_with("http://") && secure.starts_with("https://"), "{plain} {secure}");
    for options in [&[][..], &["--head"]] {
        let answer = visitor.ask(options, &format!("{plain}/login?next=%2Fproducts%3Fq%3Dx"));
        assert_eq!(answer.status, 308);
        assert_eq!(answer.header("location"), format!("{secure}/login?next=%2Fproducts%3Fq%3Dx"));
        assert_eq!(answer.header("strict-transport-security"), "", "browsers ignore it there");
        assert_eq!(answer.all("set-cookie").count(), 0);
        assert_headers(&answer);
    }
    // These lead nowhere, or here, but never to a host of another name.
    for target in ["*".to_owned(), plain.clone(), format!("{plain}/")] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", &plain[7..]);
        let answer = crowd::ask([127, 0, 0, 1], stack.front().address.port(), &request).await;
        let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
        let is_fine = location.map_or(answer.contains(" 400 "), |place| place == format!("{secure}/"));
        assert!(is_fine, "{target}: {answer}");
    }
    let page = visitor.get("/login");
    let form = ["--data-raw", "email=ana%40example.com&password=x", "--header", &format!("Origin: {plain}")];
    let answer = visitor.ask(&form, &format!("{plain}/login"));
    assert_eq!((answer.status, answer.header("x-served-by")), (403, "haproxy"));
    assert_eq!(answer.header("location"), "");
    // The same form is taken by HTTPS.
    let answer = visitor.send(&page, "/login", &[("email", "ana@example.com"), ("password", "x")]);
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let stack = secure_stack().await;
    let visitor = Visitor::of(&stack);
    let page = visitor.get("/login");
    let file = page.body.split('"').find(|part| part.ends_with(".css")).expect("a style sheet").to_owned();
    // The last one is HAProxy's own.
    for (path, status) in
        [("/login", 200), ("/", 200), ("/products", 303), ("/no", 404), (&file, 200), ("/metrics", 404)]
    {
        let answer = visitor.get(path);
        assert_eq!(answer.status, status, "{path}");
        assert_headers(&answer);
        let seconds = answer.header("strict-transport-security").strip_prefix("max-age=");
        let seconds: u64 = seconds.and_then(|age| age.parse().ok()).expect("HSTS");
        assert!(seconds >= 31_536_000, "{path}: {seconds}");
        assert_eq!(answer.header("x-served-by") == "haproxy", path == "/metrics", "{path}");
        let is_kept = answer.header("cache-control").contains("immutable");
        assert_eq!(is_kept, path == file, "{path}: {}", answer.header("cache-control"));
    }
}

/// What the contract promises of every answer.
#[track_caller]
fn assert_headers(answer: &Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{answer:?}");
    assert!(policy.contains("frame-ancestors 'none'"), "{answer:?}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
    for name in
        ["referrer-policy", "cross-origin-opener-policy", "permissions-policy", "x-served-by", "x-request-id"]
    {
        assert!(!answer.header(name).is_empty(), "{name} in {answer:?}");
    }
}

#[tokio::test]
async fn a_person_registers_works_and_signs_in_again_and_the_cookie_is_for_https_alone() {
    let stack = secure_stack().await;
    let visitor = Visitor::of(&stack);
    let email = unique("ana") + "@example.com";
    let fields = [("first_name", "Ana"), ("last_name", "Prueba"), ("email", &email), ("password", PASSWORD)];
    let answer = visitor.send(&visitor.get("/register"), "/register", &fields);
    answer.assert_leads_to("/products");
    assert_cookie(&answer);
    assert!(visitor.get("/products").body.contains("action=\"/logout\""), "signed in");

    let code = unique("TLS-");
    let product = [
        ("name", "Tornillo"),
        ("code", &code),
        ("units", "7"),
        ("category", "Pruebas"),
        ("description", "x"),
    ];
    let answer = visitor.send(&visitor.get("/products/new"), "/products", &product);
    answer.assert_leads_to("/products/0");
    let page = visitor.get(answer.header("location"));
    assert!(page.status == 200 && page.body.contains(&code), "{page:?}");

    visitor.send(&page, "/logout", &[]).assert_leads_to("/login");
    assert_eq!(visitor.cookie("__Host-bodega_session"), None);
    let answer = visitor.send(&visitor.get("/login"), "/login", &[("email", &email), ("password", PASSWORD)]);
    answer.assert_leads_to("/products");
    assert_cookie(&answer);
    // Nobody sends it in the clear, and there it would be of no use.
    let plain = format!("{}/products", stack.front().origin);
    assert_eq!(visitor.ask(&[], &plain).status, 308);
    assert!(visitor.cookie("__Host-bodega_session").is_some());
    assert_eq!(visitor.get("/products").status, 200);
}

#[track_caller]
fn assert_cookie(answer: &Answer) {
    let cookie = answer.all("set-cookie").find(|cookie| cookie.starts_with("__Host-bodega_session="));
    let attributes: Vec<_> = cookie.expect("a session").split("; ").skip(1).collect();
    for wanted in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(&wanted), "{wanted}: {attributes:?}");
    }
    assert!(!attributes.iter().any(|attribute| attribute.starts_with("Domain")), "{attributes:?}");
    assert!(answer.all("set-cookie").all(|cookie| cookie.contains("; Secure")), "{answer:?}");
}

#[tokio::test]
async fn browsers_get_http_2_and_others_http_1_1() {
    let stack = secure_stack().await;
    let visitor = Visitor::of(&stack);
    let address = format!("{}/login", stack.setting("BODEGA_PUBLIC_URL"));
    for (option, version) in [("--http2", "HTTP/2"), ("--http1.1", "HTTP/1.1")] {
        let answer = visitor.ask(&[option], &address);
        assert_eq!((answer.version.as_str(), answer.status), (version, 200));
    }
    assert!(handshake(&stack, &["-alpn", "h2,http/1.1"]).contains("ALPN protocol: h2"));
}

#[tokio::test]
async fn tls_begins_at_1_2_with_forward_secrecy() {
    let stack = secure_stack().await;
    for (option, version) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let said = handshake(&stack, &[option]);
        assert!(said.contains(&format!("New, {version}, Cipher is ")), "{option}: {said}");
        assert!(said.contains("Verify return code: 0 (ok)"), "{option}: {said}");
    }
    // At level 0 openssl itself would speak them; no certificate comes, but a refusal of the version.
    for option in ["-tls1", "-tls1_1"] {
        let said = handshake(&stack, &[option, "-cipher", "ALL:@SECLEVEL=0"]);
        assert!(said.contains("alert protocol version"), "{option}: {said}");
        assert!(said.contains("no peer certificate available"), "{option}: {said}");
    }
    for (curve, is_known) in [("X25519", true), ("P-256", true), ("P-521", false), ("X448", false)] {
        let said = handshake(&stack, &["-curves", curve]);
        assert_eq!(said.contains("alert handshake failure"), !is_known, "{curve}: {said}");
    }
    for cipher in ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA"] {
        let said = handshake(&stack, &["-tls1_2", "-cipher", &format!("{cipher}:@SECLEVEL=0")]);
        assert!(said.contains("alert handshake failure"), "{cipher}: {said}");
    }
}

/// What openssl says of a handshake.
fn handshake(stack: &Stack, options: &[&str]) -> String {
    let host = stack.setting("BODEGA_PUBLIC_URL").trim_start_matches("https://").to_owned();
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &host, "-verify_hostname", "localhost", "-CAfile"]);
    command.arg(stack.certificate().expect("a certificate")).args(options).stdin(Stdio::null());
    let output = command.output().expect("openssl");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
