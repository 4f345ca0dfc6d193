//! What visitors get from the one address.

use std::collections::BTreeSet;

use crate::stack::{eventually, stack};

#[tokio::test]
async fn all_three_replicas_answer_and_say_who_they_are() {
    let stack = stack().await;
    let mut names = BTreeSet::new();
    // After a fault HAProxy gives a replica little to do at first.
    for _ in 0..500 {
        names.insert(stack.get("/login").await.header("x-served-by").to_owned());
        if names.len() == 3 {
            break;
        }
    }
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), ["web1", "web2", "web3"]);
}

#[tokio::test]
async fn health_and_metrics_cannot_be_reached_from_outside() {
    let stack = stack().await;
    for path in
        ["/health/ready", "/health/live", "/metrics", "//metrics", "/%6detrics", "/Health/ready", "/metrics/"]
    {
        let answer = stack.get(path).await;
        assert_eq!((answer.status, answer.header("x-served-by")), (404, "haproxy"), "{path}");
    }
    for path in ["/health/ready", "/health/live", "/metrics"] {
        assert_eq!(stack.get_internal(1, path).await.expect("an answer").status, 200, "{path}");
        // Where pages are, health is not.
        assert_eq!(stack.get_page(1, path).await.expect("an answer").status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_request_has_one_id_in_the_answer_and_in_both_logs() {
    let stack = stack().await;
    let answer = stack.get("/login").await;
    let (id, replica) = (answer.header("x-request-id"), answer.header("x-served-by"));
    assert!(!id.is_empty() && id != "forged", "{id}");
    eventually("the id stands in both logs", async || {
        let fronts = [stack.log("haproxy1"), stack.log("haproxy2")];
        stack.log(replica).contains(id) && fronts.iter().any(|log| log.contains(id))
    })
    .await;
}
