//! Who a visitor is where other proxies stand in front.

use crate::door::Door;
use crate::stack::stack;
use crate::support::{PASSWORD, unique};
use crate::visitor::Visitor;

const PROXIES: &str = "BODEGA_TRUSTED_PROXIES=127.0.0.3 127.0.0.4 192.0.2.0/24";

#[tokio::test]
async fn a_trusted_proxy_says_who_the_visitor_is_and_nobody_else_does() {
    let stack = stack().await;
    let door = Door::open(&stack, &[], &[PROXIES]).await;
    for (last, said, expected) in [
        (3, &["203.0.113.7"][..], "203.0.113.7"),
        // What the visitor sent stands further to the left.
        (3, &["203.0.113.9, 203.0.113.7"], "203.0.113.7"),
        (3, &["203.0.113.9", "203.0.113.7"], "203.0.113.7"),
        // Several proxies in a row.
        (3, &["203.0.113.9, 203.0.113.7, 127.0.0.4"], "203.0.113.7"),
        (4, &["203.0.113.9, 203.0.113.7, 192.0.2.77, 127.0.0.3"], "203.0.113.7"),
        (3, &["2001:db8::7"], "2001:db8::7"),
        // One that says nothing of use is itself.
        (3, &["203.0.113.9, nobody"], "127.0.0.3"),
        (3, &[], "127.0.0.3"),
        // Who is no proxy of ours.
        (1, &["203.0.113.9"], "127.0.0.1"),
        (5, &["203.0.113.9, 127.0.0.3"], "127.0.0.5"),
    ] {
        let headers: String = said.iter().map(|said| format!("X-Forwarded-For: {said}\r\n")).collect();
        let answer = door.get(last, "", &headers).await;
        assert_eq!(door.client_of(&answer).await, expected, "127.0.0.{last} {said:?}");
    }
}

#[tokio::test]
async fn the_replicas_know_a_visitor_as_the_trusted_proxy_does() {
    let stack = stack().await;
    let door = Door::open(&stack, &[], &[PROXIES]).await;
    let visitor = Visitor::at(&stack, &door.origin()).from("127.0.0.3");
    let visitor = visitor.with("X-Forwarded-For: 203.0.113.9, 203.0.113.7");
    let email = unique("ana") + "@example.com";
    let fields = [("first_name", "Ana"), ("last_name", "Prueba"), ("email", &email), ("password", PASSWORD)];
    visitor.send(&visitor.get("/register"), "/register", &fields).assert_leads_to("/products");
    let page = visitor.get("/account");
    assert!(page.body.contains("<code>203.0.113.7</code>") && !page.body.contains("203.0.113.9"), "{page:?}");
}

#[tokio::test]
async fn the_proxy_protocol_is_taken_from_trusted_proxies_alone() {
    let stack = stack().await;
    let door = Door::open(&stack, &[], &[PROXIES, "BODEGA_PROXY_PROTOCOL=on"]).await;
    let line = "PROXY TCP4 203.0.113.7 203.0.113.1 40000 80\r\n";
    let answer = door.get(3, line, "X-Forwarded-For: 203.0.113.9\r\n").await;
    assert_eq!(door.client_of(&answer).await, "203.0.113.7");
    // Without it a proxy is not understood.
    assert_eq!(door.get(3, "", "").await, "");
    // From others it is no request, and they need none.
    assert!(door.get(1, line, "").await.starts_with("HTTP/1.1 400 "));
    let answer = door.get(1, "", "").await;
    assert_eq!(door.client_of(&answer).await, "127.0.0.1");
}
