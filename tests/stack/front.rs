//! What visitors get from the one address.

use std::collections::BTreeSet;

use crate::stack::{eventually, stack};
use crate::support::{PASSWORD, unique};
use crate::visitor::Visitor;

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

#[tokio::test]
async fn nobody_chooses_the_address_that_they_are_known_by() {
    let stack = stack().await;
    let mut visitor = Visitor::of(&stack);
    for header in ["X-Forwarded-For: 203.0.113.7", "x-forwarded-for: 203.0.113.8, 203.0.113.9"] {
        visitor = visitor.with(header);
    }
    for header in ["Forwarded: for=203.0.113.7", "X-Real-IP: 203.0.113.7", "X-Client-IP: 203.0.113.7"] {
        visitor = visitor.with(header);
    }
    let email = unique("ana") + "@example.com";
    let fields = [("first_name", "Ana"), ("last_name", "Prueba"), ("email", &email), ("password", PASSWORD)];
    visitor.send(&visitor.get("/register"), "/register", &fields).assert_leads_to("/products");
    let page = visitor.get("/account");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<code>127.0.0.1</code>"), "{}", page.body);
    assert!(!page.body.contains("203.0.113."), "{}", page.body);
}

#[tokio::test]
async fn past_haproxy_nobody_is_answered_nor_believed() {
    let stack = stack().await;
    for headers in
        ["", "X-Bodega-Front: forged\r\n", "X-Bodega-Front:\r\n", "X-Forwarded-For: 203.0.113.7\r\n"]
    {
        let answer = stack.get_past_haproxy(1, "/login", headers).await.expect("an answer");
        assert_eq!(answer.status, 403, "{headers}");
        let id = answer.header("x-request-id").to_owned();
        eventually("the refusal stands in the replica's log", async || {
            let log = stack.log("web1");
            log.lines().any(|line| line.contains(&id) && line.contains("did not come through HAProxy"))
        })
        .await;
    }
    let secret = stack.setting("BODEGA_FRONT_SECRET");
    let answer = stack.get_page(1, "/login").await.expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(
        !format!("{answer:?}").contains(&secret)
            && !format!("{:?}", stack.get("/login").await).contains(&secret)
    );
}

#[tokio::test]
async fn a_name_that_is_not_the_sites_is_answered_by_a_page_that_says_so() {
    let stack = stack().await;
    let visitor =
        Visitor::of(&stack).with("Host: evil.example:8080").with("Origin: http://evil.example:8080");
    for answer in [visitor.get("/login"), visitor.post("/language", &["--data-raw", "language=en&next=/"])] {
        assert_eq!((answer.status, answer.all("set-cookie").count()), (421, 0), "{answer:?}");
        assert!(answer.header("x-served-by").starts_with("web") && answer.body.contains("BODEGA_HOSTS"));
    }
    let numbers = stack.front().origin.replace("localhost", "127.0.0.1");
    assert_eq!(Visitor::at(&stack, &numbers).get("/login").status, 200);
}

#[tokio::test]
async fn no_log_has_a_password_a_cookie_a_query_or_the_secret_of_a_link() {
    let stack = stack().await;
    let visitor = Visitor::of(&stack);
    let (email, secret) = (unique("ana") + "@example.com", "Zq0".repeat(10) + "_-");
    let fields = [("first_name", "Ana"), ("last_name", "Prueba"), ("email", &email), ("password", PASSWORD)];
    let wrong = unique("no es esta ");
    let mut answers = vec![visitor.send(&visitor.get("/register"), "/register", &fields)];
    let session = visitor.cookie("bodega_session").expect("signed in");
    answers.push(visitor.get(&format!("/products?q={secret}")));
    let page = visitor.get("/account");
    answers.push(visitor.send(&page, "/logout", &[]));
    answers.push(visitor.send(&visitor.get("/login"), "/login", &[("email", &email), ("password", &wrong)]));
    for path in ["/password/new/", "/invitations/", "/account/email/", "/nowhere/"] {
        answers.push(visitor.get(&format!("{path}{secret}")));
    }
    let mut secrets = vec![secret, session, wrong.clone(), wrong.replace(' ', "+")];
    secrets.extend([PASSWORD.to_owned(), PASSWORD.replace(' ', "+"), PASSWORD.replace(' ', "%20")]);
    secrets.push(stack.setting("BODEGA_FRONT_SECRET"));
    for name in ["BODEGA_USERS_DATABASE_URL", "BODEGA_PRODUCTS_DATABASE_URL", "BODEGA_REDIS_URL"] {
        let url = url::Url::parse(&stack.setting(name)).expect("a URL");
        secrets.push(url.password().expect("a password").to_owned());
    }
    for answer in &answers {
        let (id, replica) = (answer.header("x-request-id"), answer.header("x-served-by"));
        eventually("the request stands in both logs", async || {
            let fronts = [stack.log("haproxy1"), stack.log("haproxy2")];
            stack.log(replica).contains(id) && fronts.iter().any(|log| log.contains(id))
        })
        .await;
    }
    for (name, log) in stack.logs() {
        for secret in &secrets {
            assert!(!log.contains(secret.as_str()), "{secret} in the log of {name}");
        }
    }
}
