//! Redis has no room left (`maxmemory`): it refuses to write, and answers as before.

use std::process::Command;

use bodega::auth;
use bodega::web::Language;

use crate::support::{Answer, Form, PASSWORD, Replica, Server, Shop, shared_mysql, unique};

struct Place {
    server: Server,
    shop: Shop,
    replicas: [Replica; 2],
}

impl Place {
    async fn new() -> Self {
        let server = Server::redis();
        let shop = Shop::on(&shared_mysql(), &server.address()).await;
        let replicas = [shop.replica().await, shop.replica().await];
        Self { server, shop, replicas }
    }

    /// From now on any memory is too much.
    fn fill(&self) {
        self.limit("1");
        let script = "redis.call('SET', 'x', 'x')";
        let said = self.redis_cli(&["EVAL", script, "0"]);
        assert!(said.contains("OOM command not allowed"), "{said}");
    }

    fn limit(&self, bytes: &str) {
        assert_eq!(self.redis_cli(&["CONFIG", "SET", "maxmemory", bytes]).trim(), "OK");
    }

    fn redis_cli(&self, arguments: &[&str]) -> String {
        let address = self.server.address();
        let port = address.rsplit(':').next().expect("a port");
        let output = Command::new("redis-cli").args(["-p", port]).args(arguments).output();
        String::from_utf8(output.expect("redis-cli").stdout).expect("text")
    }

    /// Nobody takes Redis for away: who is in is read there.
    fn assert_believed(&self) {
        for replica in &self.replicas {
            assert!(auth::sessions(&replica.app).store().is_synced());
        }
    }
}

async fn try_to_sign_in(replica: &Replica, email: &str, password: &str) -> Answer {
    let form = Form::forged("/login", &[("email", email), ("password", password)]);
    replica.visitor().submit(&form).await
}

#[tokio::test]
async fn with_a_full_redis_people_work_sign_in_and_out_and_it_is_not_taken_for_away() {
    let place = Place::new().await;
    let [here, there] = &place.replicas;
    let email = unique("ana") + "@example.com";
    let mut ana = here.person_at("Ana", &email).await;
    place.fill();
    let path = ana.add_product("Café", "C-1").await;
    ana.at(there).get(&path).await.assert_page(200, Language::Spanish);
    let mut again = here.sign_in(&email).await;
    again.at(there).get(&path).await.assert_page(200, Language::Spanish);
    let mut eva = there.person("Eva").await;
    eva.at(here).get("/products").await.assert_page(200, Language::Spanish);

    let mut thief = again.clone();
    again.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    for replica in &place.replicas {
        thief.at(replica).get("/products").await.assert_redirect("/login?next=%2Fproducts");
        ana.at(replica).get(&path).await.assert_page(200, Language::Spanish);
    }
    place.assert_believed();
    let fresh = place.shop.replica().await;
    assert!(auth::sessions(&fresh.app).store().is_synced(), "one that starts now believes it, too");
    ana.at(&fresh).get(&path).await.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn with_a_full_redis_a_disabled_person_is_out_on_every_replica_at_once() {
    let place = Place::new().await;
    let [here, there] = &place.replicas;
    let mut administrator = here.person("Ana").await;
    let email = unique("luis") + "@example.com";
    let mut luis = here.person_at("Luis", &email).await;
    luis.at(there).get("/products").await.assert_page(200, Language::Spanish);
    place.fill();
    let people = administrator.get(&format!("/users?q={email}")).await;
    let person = people.attribute("#people-table tbody a[href^='/users/']", "href");
    let form = administrator.get(&person).await.form_to(&format!("{person}/disable"));
    administrator.submit(&form).await.assert_status(303);
    luis.at(there).get("/products").await.assert_redirect("/login?next=%2Fproducts");
    place.assert_believed();
}

#[tokio::test]
async fn with_a_full_redis_passwords_are_counted_and_waits_that_it_knows_hold() {
    let place = Place::new().await;
    let [here, there] = &place.replicas;
    let (email, other) = (unique("ana") + "@example.com", unique("eva") + "@example.com");
    here.person_at("Ana", &email).await;
    here.person_at("Eva", &other).await;
    here.has_failed_often_at(&email).await;
    try_to_sign_in(here, &email, "wrong guess").await.assert_status(422);
    place.fill();
    for replica in [here, there] {
        try_to_sign_in(replica, &email, PASSWORD).await.assert_status(429);
    }
    let mut refused = false;
    for _ in 0..10 {
        refused |= try_to_sign_in(here, &other, "wrong guess").await.status == 429;
    }
    assert!(refused, "ten wrong passwords without a 429");
    place.assert_believed();
}

#[tokio::test]
async fn with_a_full_redis_a_form_that_cannot_wait_still_leads_to_the_sign_in_page() {
    let place = Place::new().await;
    let [here, _] = &place.replicas;
    let mut ana = here.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    ana.forget_cookie("bodega_session");
    place.fill();
    let answer = ana.submit(&form).await;
    let location = answer.assert_status(303).location().expect("a page");
    assert!(location.starts_with("/login?next=%2Fproducts%2Fnew"), "{location}");
    place.limit("0");
    let answer = ana.submit(&form).await;
    assert!(answer.location().is_some_and(|location| location.contains("draft")), "{answer:?}");
    place.assert_believed();
}
