//! Parts go away while somebody works.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::person::Expected;
use crate::stack::{add_product, assert_undisturbed, eventually, stack};
use crate::visitor::Visitor;

#[tokio::test]
async fn somebody_works_on_while_replicas_are_killed_one_after_another() {
    let stack = stack().await;
    let mut person = stack.person().await;
    for victim in ["web1", "web2", "web3"] {
        stack.control(&["signal", "KILL", victim]);
        for turn in 0..10 {
            let code = format!("{}-{victim}-{turn}", person.name);
            let place = add_product(&mut person, &code).await;
            person.get(&place, Expected::Page(&code)).await.expect("what was saved");
        }
        stack.until_well().await;
    }
    assert_undisturbed(&person);
}

#[tokio::test]
async fn without_replicas_a_page_in_both_languages_waits_with_the_visitor() {
    let stack = stack().await;
    let person = stack.person().await;
    stack.control(&["stop", "web1", "web2", "web3"]);
    let answer = stack.get("/products").await;
    assert_eq!(
        (answer.status, answer.header("x-served-by"), answer.header("retry-after"), answer.header("refresh")),
        (503, "haproxy", "5", "5")
    );
    for part in ["lang=\"es\"", "lang=\"en\""] {
        assert!(answer.text().contains(part), "{part} is not in {}", answer.text());
    }
    // Nothing leads away from a form.
    let answer = Visitor::of(&stack).post("/login", &["--data-raw", "email=ana%40example.com&password=x"]);
    let headers = [answer.header("x-served-by"), answer.header("retry-after"), answer.header("refresh")];
    assert_eq!((answer.status, headers), (503, ["haproxy", "5", ""]));
    stack.control(&["start", "web1", "web2", "web3"]);
    stack.until_well().await;
    // One of the two HAProxy processes may hear of it a moment later than the other.
    eventually("who was signed in is so still", async || {
        person.second_window().get("/products", Expected::Page("product-list")).await.is_some()
    })
    .await;
}

#[tokio::test]
async fn a_replica_that_leaves_says_so_before_it_stops_accepting() {
    let stack = stack().await;
    let ended = || stack.log("supervisord").matches("exited: web1 (exit status 0").count();
    let before = ended();
    stack.control(&["signal", "TERM", "web1"]);
    let served_while_unready = AtomicU32::new(0);
    eventually("web1 ends, and ends well", async || {
        let ready = stack.get_internal(1, "/health/ready").await;
        let page = stack.get_page(1, "/login").await;
        if ready.is_ok_and(|answer| answer.status == 503) && page.is_ok_and(|answer| answer.status == 200) {
            served_while_unready.fetch_add(1, Ordering::Relaxed);
        }
        ended() > before
    })
    .await;
    assert!(served_while_unready.into_inner() > 0, "it was never unready and serving at once");
}
