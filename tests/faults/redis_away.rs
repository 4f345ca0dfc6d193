//! Redis is away, in each way that it can be, and comes back.

use bodega::auth;
use bodega::web::Language;

use crate::support::{
    Browser, Flow, Form, PASSWORD, Proxy, Replica, Server, Shop, shared_mysql, shared_redis, unique,
};

async fn behind_a_wire() -> (Shop, Proxy, Replica) {
    let shop = Shop::new().await;
    let wire = Proxy::before(&shared_redis()).await;
    let shop = shop.through(&shared_mysql(), &shared_mysql(), &wire.address());
    let replica = shop.replica().await;
    (shop, wire, replica)
}

async fn sign_in(replica: &Replica, email: &str, password: &str) -> (Browser, crate::support::Answer) {
    let mut browser = replica.visitor();
    let form = browser.get("/login").await.form_to("/login").fill("email", email).fill("password", password);
    let answer = browser.submit(&form).await;
    (browser, answer)
}

#[tokio::test]
async fn with_a_redis_that_refuses_everybody_stays_in_and_can_sign_in_and_out() {
    without_redis(|wire| wire.refuse()).await;
}

#[tokio::test]
async fn with_a_redis_that_freezes_everybody_stays_in_and_can_sign_in_and_out() {
    without_redis(|wire| wire.answers(Flow::Hold)).await;
}

#[tokio::test]
async fn with_a_redis_that_hears_nothing_everybody_stays_in_and_can_sign_in_and_out() {
    without_redis(|wire| wire.requests(Flow::Drop)).await;
}

async fn without_redis(fault: fn(&Proxy)) {
    let (_shop, wire, replica) = behind_a_wire().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    fault(&wire);
    let path = ana.add_product("Café", "C-1").await;
    ana.get(&path).await.assert_page(200, Language::Spanish);
    let (mut again, answer) = sign_in(&replica, &email, PASSWORD).await;
    answer.assert_redirect("/products");
    again.get("/products").await.assert_page(200, Language::Spanish);
    let mut thief = again.clone();
    again.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    thief.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    ana.get("/products").await.assert_page(200, Language::Spanish);
    let mut eva = replica.person("Eva").await;
    eva.get("/products").await.assert_page(200, Language::Spanish);

    wire.heal();
    wire.reset();
    while replica.app.redis.ping().await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for browser in [&mut ana, &mut eva] {
        browser.get("/products").await.assert_page(200, Language::Spanish);
    }
    thief.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

#[tokio::test]
async fn without_redis_tries_are_still_counted() {
    let (_shop, wire, replica) = behind_a_wire().await;
    wire.refuse();
    let email = unique("ana") + "@example.com";
    for count in 1..=10 {
        let (_, answer) = sign_in(&replica, &email, "wrong guess").await;
        if answer.status == 429 {
            assert!(count > 5, "five failures cost nothing");
            assert!(answer.header("retry-after").is_some());
            return;
        }
        answer.assert_status(422);
    }
    panic!("ten wrong passwords without a 429");
}

#[tokio::test]
async fn a_slow_redis_makes_pages_slow_and_nothing_else() {
    let (_shop, wire, replica) = behind_a_wire().await;
    let mut ana = replica.person("Ana").await;
    wire.delay(std::time::Duration::from_millis(100));
    ana.get("/products").await.assert_page(200, Language::Spanish);
    wire.delay(std::time::Duration::from_secs(2));
    ana.get("/products").await.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn a_form_sent_without_redis_by_somebody_signed_out_still_leads_to_the_sign_in_page() {
    let (_shop, wire, replica) = behind_a_wire().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    ana.forget_cookie("bodega_session");
    wire.refuse();
    let answer = ana.submit(&form).await;
    answer.assert_status(303);
    assert!(answer.location().unwrap().starts_with("/login"), "{answer:?}");
}

/// Redis kept the session while it was away; the row knows better.
#[tokio::test]
async fn a_sign_out_while_redis_was_away_holds_when_it_comes_back_with_what_it_had() {
    let mut server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    let mut luis = replicas[1].person("Luis").await;
    let mut thief = ana.clone();
    // Until everything is in the append-only file.
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    server.kill();
    ana.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    thief.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    server.start();
    while replicas[1].app.redis.ping().await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for replica in &replicas {
        thief.at(replica).get("/products").await.assert_redirect("/login?next=%2Fproducts");
        luis.at(replica).get("/products").await.assert_page(200, Language::Spanish);
        assert!(!auth::sessions(&replica.app).store().is_synced());
    }
    // What any replica does every two seconds, and sooner after a loss.
    for replica in &replicas {
        auth::sessions(&replica.app).store().sync().await.unwrap();
        assert!(auth::sessions(&replica.app).store().is_synced());
        thief.at(replica).get("/products").await.assert_redirect("/login?next=%2Fproducts");
        luis.at(replica).get("/products").await.assert_page(200, Language::Spanish);
    }
}

#[tokio::test]
async fn without_redis_and_accounts_nobody_is_or_looks_signed_out() {
    let shop = Shop::new().await;
    let (redis, users) = (Proxy::before(&shared_redis()).await, Proxy::before(&shared_mysql()).await);
    let shop = shop.through(&users.address(), &shared_mysql(), &redis.address());
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    redis.refuse();
    users.refuse();
    for (path, status) in [
        ("/products", 503),
        ("/", 503),
        ("/login", 503),
        ("/register", 503),
        ("/password/forgotten", 503),
        ("/nowhere", 404),
    ] {
        for language in Language::ALL {
            let mut browser = ana.clone();
            let answer = browser.set_cookie("language", language.tag()).get(path).await;
            answer.assert_page(status, language);
            assert_eq!(answer.header("retry-after").is_some(), status == 503, "{path}");
            assert_eq!(answer.set_cookies(), Vec::<String>::new(), "{path}");
            let doors = ["/login", "/register"]
                .map(|door| answer.has(&format!("a[href='{door}']:not([data-again])")));
            assert_eq!(doors, [false; 2], "{path} looks signed out");
        }
    }
    // A form that is sent is not answered as if nobody were there.
    let answer = ana.post("/products", "").await;
    answer.assert_page(503, Language::Spanish);
    ana.post("/nowhere", "").await.assert_page(404, Language::Spanish);
    assert!(!ana.post("/nowhere", "").await.has("a[href='/login']"));
    // Who came without a cookie is told what this is.
    replica.visitor().get("/").await.assert_page(200, Language::Spanish);
    assert!(replica.visitor().get("/").await.has("nav a[href='/login']"));
    redis.heal();
    users.heal();
    ana.get("/products").await.assert_page(200, Language::Spanish);
    ana.get("/").await.assert_page(200, Language::Spanish);
}
