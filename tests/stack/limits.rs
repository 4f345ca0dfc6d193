//! What the front door lets nobody do, and that others are served meanwhile.

use std::time::Duration;

use crate::crowd::{Crowd, Plan, ask};
use crate::door::Door;
use crate::person::Expected;
use crate::stack::{Stack, add_product, assert_undisturbed, eventually, secure_stack, stack};
use crate::streams::ask_for_much;
use crate::support::unique;
use crate::visitor::Visitor;

/// A form that is sent a byte at a time after its opening.
fn slowly(head: &str, body: usize) -> Plan {
    let start = "POST /login HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n";
    let opening = format!("{start}{head}\r\n\r\n{}", "a".repeat(body));
    Plan { opening, more: "a".to_owned(), pause: Duration::from_secs(2) }
}

/// One request after another on a connection that is kept.
fn kept() -> Plan {
    let request = "GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned();
    Plan { opening: request.clone(), more: request, pause: Duration::from_secs(5) }
}

/// Lets somebody work, whom everything has to succeed for.
async fn work(stack: &Stack) {
    let mut person = stack.person().await;
    for turn in 0..20 {
        let code = format!("{}-{turn}", person.name);
        let place = add_product(&mut person, &code).await;
        person.get(&place, Expected::Page(&code)).await.expect("what was saved");
        assert_eq!(stack.get("/login").await.status, 200, "on a new connection");
    }
    assert_undisturbed(&person);
}

#[tokio::test]
async fn beside_1800_slow_clients_people_work_on() {
    let stack = stack().await;
    let port = stack.front().address.port();
    let long = format!("X-Long: {}\r\nContent-Length: 40000", "a".repeat(30_000));
    let head = "POST /login HTTP/1.1\r\nHost: loc".to_owned();
    for plans in [
        vec![slowly("Content-Length: 10000000", 70_000)],
        vec![
            slowly("Content-Length: 40000", 100),
            slowly(&long, 35_000),
            slowly("Transfer-Encoding: chunked\r\n\r\n3e8", 0),
            Plan { opening: head, ..slowly("", 0) },
        ],
    ] {
        let crowd = Crowd::of(300, 2..8, port, &plans);
        eventually("all of them have come", async || crowd.opened() >= 1800).await;
        work(&stack).await;
    }
}

#[tokio::test]
async fn whatever_connections_some_addresses_keep_another_is_served() {
    let stack = stack().await;
    let door = Door::open(&stack, &["-n", "100"], &["BODEGA_CONNECTIONS_PER_ADDRESS=20"]).await;
    let crowd = Crowd::of(60, 2..5, door.port, &[kept()]);
    eventually("each address has what it may have", async || crowd.answered() >= 60).await;
    for _ in 0..50 {
        assert!(door.get(1, "", "").await.starts_with("HTTP/1.1 200 "));
        assert!(crowd.answered() <= 60, "{}", crowd.answered());
    }
    // A trusted proxy's connections are those of many people.
    let door = Door::open(
        &stack,
        &[],
        &["BODEGA_CONNECTIONS_PER_ADDRESS=20", "BODEGA_TRUSTED_PROXIES=127.0.0.2 127.0.0.3"],
    )
    .await;
    let crowd = Crowd::of(60, 2..4, door.port, &[kept()]);
    eventually("they have as many as they like", async || crowd.answered() == 120).await;
}

#[tokio::test]
async fn by_the_proxy_protocol_a_visitor_has_no_more_connections_than_without() {
    let stack = stack().await;
    let settings =
        ["BODEGA_CONNECTIONS_PER_ADDRESS=20", "BODEGA_TRUSTED_PROXIES=127.0.0.3", "BODEGA_PROXY_PROTOCOL=on"];
    let door = Door::open(&stack, &["-n", "60"], &settings).await;
    let of = |visitor: &str| format!("PROXY TCP4 {visitor} 203.0.113.1 40000 80\r\n");
    let opening = of("203.0.113.7") + &kept().opening;
    let crowd = Crowd::of(60, 3..4, door.port, &[Plan { opening, ..kept() }]);
    eventually("it has what it may have", async || crowd.answered() >= 20).await;
    for _ in 0..50 {
        assert!(door.get(3, &of("203.0.113.8"), "").await.starts_with("HTTP/1.1 200 "));
        assert!(crowd.answered() <= 20, "{}", crowd.answered());
    }
}

#[tokio::test]
async fn an_address_has_so_many_requests_under_way_and_others_have_theirs() {
    let stack = stack().await;
    let settings = ["BODEGA_CONNECTIONS_PER_ADDRESS=20", "BODEGA_TRUSTED_PROXIES=127.0.0.2"];
    let door = Door::open(&stack, &[], &settings).await;
    // By a proxy, so that their number on one connection does not matter.
    let of = |visitor: &str| format!("X-Forwarded-For: {visitor}\r\n");
    let _crowd = Crowd::of(60, 2..3, door.port, &[slowly(&(of("203.0.113.7") + "Content-Length: 40000"), 1)]);
    eventually("there are too many", async || {
        let answer = door.get(2, "", &of("203.0.113.7")).await;
        assert!(door.get(2, "", &of("203.0.113.8")).await.starts_with("HTTP/1.1 200 "));
        answer.starts_with("HTTP/1.1 429 ")
            && answer.contains("retry-after: 5")
            && answer.contains("lang=\"en\"")
    })
    .await;
}

#[tokio::test]
async fn whoever_reads_no_answers_to_thirty_thousand_requests_takes_little_memory() {
    let stack = stack().await;
    let door = Door::open(&stack, &[], &[]).await;
    let each = (0..300).map(|_| ask_for_much([127, 0, 0, 2], door.port));
    let kept = futures_util::future::join_all(each).await;
    assert!(kept.iter().filter(|connection| connection.is_ok()).count() >= 100, "they are answered");
    assert!(door.memory() < 400, "{} MB", door.memory());
    assert!(door.get(1, "", "").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_body_ends_at_48_kib_and_has_a_length() {
    let stack = secure_stack().await;
    let visitor = Visitor::of(&stack);
    let file = |size: usize| {
        let path = stack.folder.join(unique("body"));
        std::fs::write(&path, "a".repeat(size)).expect("a file");
        format!("@{}", path.display())
    };
    let (longest, too_long) = (file(48 * 1024), file(48 * 1024 + 1));
    for version in ["--http1.1", "--http2"] {
        // Whether the form is any good, a replica says.
        let send =
            |more: &[&str]| visitor.post("/login", &[&[version, "--header", "Expect:"], more].concat());
        let answer = send(&["--data-binary", &longest]);
        assert!(answer.header("x-served-by").starts_with("web"), "{answer:?}");
        let long_head = format!("X-Long: {}", "a".repeat(13_000));
        let unlimited = if version == "--http2" { "Content-Length:" } else { "Transfer-Encoding: chunked" };
        for (arguments, status) in [
            (&["--data-binary", &too_long][..], 413),
            (&["--data-binary", "a=1", "--header", &long_head], 413),
            (&["--data-binary", "a=1", "--header", unlimited], 411),
        ] {
            let answer = send(arguments);
            assert_eq!((answer.status, answer.header("x-served-by")), (status, "haproxy"), "{version}");
            assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{version}");
            assert!(answer.body.contains("lang=\"es\"") && answer.body.contains("lang=\"en\""), "{version}");
        }
    }
}

#[tokio::test]
async fn who_says_nothing_gets_no_answer() {
    let stack = stack().await;
    assert_eq!(ask([127, 0, 0, 1], stack.front().address.port(), "").await, "");
}
