//! Signing in and out.

use bodega::db::users_schema::accounts;
use bodega::web::{Language, Message};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::factor::logged;
use crate::support::{Answer, Browser, Form, Htmx, PASSWORD, Shop, unique};

async fn sign_in(browser: &mut Browser, email: &str, password: &str) -> Answer {
    sign_in_at(browser, "/login", email, password).await
}

async fn sign_in_at(browser: &mut Browser, page: &str, email: &str, password: &str) -> Answer {
    let form = browser.get(page).await.form_to("/login");
    browser.submit(&form.fill("email", email).fill("password", password)).await
}

fn email() -> String {
    unique("ana") + "@example.com"
}

#[tokio::test]
async fn the_right_password_signs_in_whatever_the_case_of_the_address() {
    let replica = Shop::new().await.replica().await;
    let email = email();
    replica.person_at("Ana", &email).await;
    let mut visitor = replica.visitor();
    sign_in(&mut visitor, &format!(" {} ", email.to_uppercase()), PASSWORD)
        .await
        .assert_redirect("/products");
    visitor.get("/products").await.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_told_the_same() {
    let replica = Shop::new().await.replica().await;
    let email = email();
    replica.person_at("Ana", &email).await;
    for language in Language::ALL {
        let mut visitor = replica.visitor();
        visitor.set_cookie("language", language.tag());
        let unknown = sign_in(&mut visitor, "nobody@example.com", PASSWORD).await;
        let wrong = sign_in(&mut visitor, &email, "not the password").await;
        for answer in [&unknown, &wrong] {
            answer.assert_page(422, language);
            assert_eq!(answer.alert(), Message::new("login-failed").text(language));
            assert_eq!(answer.form_to("/login").value("password"), "");
            assert_eq!(answer.focused().as_deref(), Some("password"));
        }
        assert_eq!(wrong.form_to("/login").value("email"), email);
        let key = |answer: &Answer| answer.form_to("/login").value("_submission").to_owned();
        let told = unknown.text().replace("nobody@example.com", &email);
        assert_eq!(told.replace(&key(&unknown), &key(&wrong)), wrong.text());
        assert!(visitor.cookie("bodega_session").is_none());
    }
}

#[tokio::test]
async fn every_sign_in_has_a_new_session_and_the_old_one_is_dead() {
    let replica = Shop::new().await.replica().await;
    let email = email();
    let mut ana = replica.person_at("Ana", &email).await;
    let first = ana.session();
    let mut thief = ana.clone();
    // The page for visitors only is skipped: who is signed in may sign in again all the same.
    let form = Form::forged("/login", &[("email", &email), ("password", PASSWORD)]);
    ana.submit(&form).await.assert_redirect("/products");
    assert_ne!(ana.session(), first);
    ana.get("/products").await.assert_status(200);
    thief.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

/// By HAProxy, or by a double click.
#[tokio::test]
async fn a_form_that_arrives_twice_leads_to_one_session() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let email = email();
    replicas[0].person_at("Ana", &email).await;
    let mut visitor = replicas[0].visitor();
    let form = visitor.get("/login").await.form_to("/login").fill("email", &email).fill("password", PASSWORD);
    let mut again = visitor.clone();
    let (first, second) = tokio::join!(visitor.submit(&form), again.at(&replicas[1]).submit(&form));
    first.assert_redirect("/products");
    second.assert_redirect("/products");
    assert_eq!(visitor.session(), again.session());
    assert_eq!(logged(&shop, "signed-in").await, 2, "with that of the registration");
    // And by somebody who has the cookie already: it stays good.
    visitor.submit(&form).await.assert_redirect("/products");
    again.get("/products").await.assert_status(200);
}

/// Somebody who has read it, password and all, is not to be taken for the person who sent it.
#[tokio::test]
async fn a_form_that_comes_again_from_elsewhere_leads_to_a_session_of_its_own_which_stands_in_the_log() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = email();
    replica.person_at("Ana", &email).await;
    let mut ana = replica.visitor();
    let form = ana.get("/login").await.form_to("/login").fill("email", &email).fill("password", PASSWORD);
    ana.submit(&form).await.assert_redirect("/products");
    let mut thief = replica.visitor();
    thief.with("x-forwarded-for", "192.0.2.66").submit(&form).await.assert_redirect("/products");
    assert_ne!(thief.session(), ana.session());
    assert_eq!(logged(&shop, "signed-in").await, 3, "with that of the registration");
    ana.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn a_form_from_before_a_sign_out_begins_a_session_of_its_own_for_whoever_sends_it() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (ana, luis) = (email(), email());
    replica.person_at("Ana", &ana).await;
    replica.person_at("Luis", &luis).await;
    let mut browser = replica.visitor();
    let form = browser.get("/login").await.form_to("/login").fill("password", PASSWORD);
    browser.submit(&form.clone().fill("email", &ana)).await.assert_redirect("/products");
    let first = browser.session();
    browser.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    for (email, name) in [(&luis, "Luis Prueba"), (&ana, "Ana Prueba")] {
        browser.submit(&form.clone().fill("email", email)).await.assert_redirect("/products");
        assert_ne!(browser.session(), first);
        assert_eq!(browser.get("/products").await.text_of("header .person"), name);
    }
    browser.set_cookie("bodega_session", &first).get("/products").await.assert_status(303);
}

#[tokio::test]
async fn a_form_without_a_key_or_with_a_forged_one_signs_in_each_time_anew() {
    let replica = Shop::new().await.replica().await;
    let email = email();
    replica.person_at("Ana", &email).await;
    let form = Form::forged("/login", &[("email", &email), ("password", PASSWORD)]);
    for form in [form.clone(), form.clone().fill("_submission", ""), form.fill("_submission", "A".repeat(43))]
    {
        let (mut one, mut other) = (replica.visitor(), replica.visitor());
        one.submit(&form).await.assert_redirect("/products");
        other.submit(&form).await.assert_redirect("/products");
        assert_ne!(one.session(), other.session());
    }
}

#[tokio::test]
async fn a_registration_that_arrives_twice_leads_to_one_session() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    let form = visitor.get("/register").await.form_to("/register").fill("first_name", "Ana");
    let form = form.fill("last_name", "Prueba").fill("email", email()).fill("password", PASSWORD);
    let mut again = visitor.clone();
    visitor.submit(&form).await.assert_redirect("/products");
    again.submit(&form).await.assert_redirect("/products");
    assert_eq!(visitor.session(), again.session());
}

#[tokio::test]
async fn a_session_id_chosen_by_someone_else_is_never_taken_over() {
    let replica = Shop::new().await.replica().await;
    let email = email();
    replica.person_at("Ana", &email).await;
    let mut victim = replica.visitor();
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    victim.set_cookie("bodega_session", planted);
    sign_in(&mut victim, &email, PASSWORD).await.assert_redirect("/products");
    assert_ne!(victim.session(), planted);
    let mut attacker = replica.visitor();
    attacker.set_cookie("bodega_session", planted);
    attacker.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

#[tokio::test]
async fn who_signs_out_is_signed_out_on_every_replica() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    let mut elsewhere = ana.clone();
    let form = ana.get("/products").await.form_to("/logout");
    ana.submit(&form).await.assert_redirect("/login");
    assert!(ana.cookie("bodega_session").is_none());
    elsewhere.at(&replicas[1]).get("/products").await.assert_redirect("/login?next=%2Fproducts");
    elsewhere.at(&replicas[0]).get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

#[tokio::test]
async fn signing_out_twice_or_without_being_signed_in_leads_to_the_sign_in_page() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.get("/").await.form_to("/logout");
    let mut again = ana.clone();
    ana.submit(&form).await.assert_redirect("/login");
    again.submit(&form).await.assert_redirect("/login");
    replica.visitor().submit(&form).await.assert_redirect("/login");
}

#[tokio::test]
async fn visitors_are_sent_to_the_sign_in_page_and_back() {
    let replica = Shop::new().await.replica().await;
    let email = email();
    replica.person_at("Ana", &email).await;
    let mut visitor = replica.visitor();
    let answer = visitor.get("/products?q=caf%C3%A9&sort=units").await;
    answer.assert_redirect("/login?next=%2Fproducts%3Fq%3Dcaf%25C3%25A9%26sort%3Dunits");
    let page = visitor.follow(&answer).await;
    let form = page.form_to("/login").fill("email", &email).fill("password", PASSWORD);
    visitor.submit(&form).await.assert_redirect("/products?q=caf%C3%A9&sort=units");
}

#[tokio::test]
async fn htmx_is_told_to_go_to_the_sign_in_page() {
    let replica = Shop::new().await.replica().await;
    let answer = replica.visitor().htmx(Htmx::Partial).get("/products?q=a").await;
    answer.assert_status(200);
    assert_eq!(answer.header("hx-redirect"), Some("/login?next=%2Fproducts%3Fq%3Da"));
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_wrong_password_keeps_the_way_back() {
    let replica = Shop::new().await.replica().await;
    let answer =
        sign_in_at(&mut replica.visitor(), "/login?next=%2Fproducts%2Fnew", "x@example.com", "x").await;
    assert_eq!(answer.form_to("/login").value("next"), "/products/new");
}

#[tokio::test]
async fn no_sign_in_leads_to_another_site() {
    let replica = Shop::new().await.replica().await;
    let email = email();
    replica.person_at("Ana", &email).await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example\r\nset-cookie: a=b",
        "javascript:alert(1)",
        " //evil.example",
        "evil.example",
        "",
    ] {
        let mut visitor = replica.visitor();
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let page = visitor.get(&format!("/login?next={query}")).await;
        let form = page.form_to("/login").fill("email", &email).fill("password", PASSWORD);
        assert_eq!(form.value("next"), "", "{next:?} in the page");
        let form = form.fill("next", next);
        visitor.submit(&form).await.assert_redirect("/products");
        visitor.get(&format!("/login?next={query}")).await.assert_redirect("/products");
    }
}

#[tokio::test]
async fn a_stored_hash_with_weaker_parameters_is_renewed_at_the_next_sign_in() {
    let shop = Shop::new().await;
    let email = email();
    shop.replica().await.person_at("Ana", &email).await;
    let stored = async || -> String {
        let mut connection = shop.users_connection().await;
        accounts::table.select(accounts::password_hash).first(&mut connection).await.unwrap()
    };
    let weak = stored().await;
    assert!(weak.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{weak}");
    let stronger = shop.replica_with(&["--argon2-memory", "20480"]).await;
    sign_in(&mut stronger.visitor(), &email, PASSWORD).await.assert_redirect("/products");
    let strong = stored().await;
    assert!(strong.starts_with("$argon2id$v=19$m=20480,t=2,p=1$"), "{strong}");
    sign_in(&mut stronger.visitor(), &email, PASSWORD).await.assert_redirect("/products");
    assert_eq!(stored().await, strong);
}

#[tokio::test]
async fn the_session_cookie_is_for_this_site_alone() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut visitor = replica.visitor();
    let form = visitor.get("/register").await.form_to("/register");
    let form = form.fill("first_name", "Ana").fill("last_name", "Prueba").fill("email", email());
    let answer = visitor.submit(&form.fill("password", PASSWORD)).await;
    let cookie =
        answer.set_cookies().into_iter().find(|cookie| cookie.starts_with("bodega_session=")).unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn with_https_cookies_are_bound_to_host_and_transport() {
    let shop = Shop::new().await;
    let replica = shop.replica_with(&["--public-url", "https://bodega.example"]).await;
    let mut ana = replica.visitor();
    let form = ana.get("/register").await.form_to("/register");
    let form = form.fill("first_name", "Ana").fill("last_name", "Prueba").fill("email", email());
    let registered = ana.submit(&form.fill("password", PASSWORD)).await;
    let form = ana.get("/products/new").await.form_to("/products").fill("name", "Café").fill("code", "C-1");
    let form = form.fill("description", "Molido").fill("units", "3").fill("category", "Bebidas");
    let created = ana.submit(&form).await;
    let form = ana.get("/products").await.form_to("/language").fill("language", "en");
    let switched = ana.submit(&form).await;
    let cookies: Vec<_> =
        [registered, created, switched].iter().flat_map(|answer| answer.set_cookies()).collect();
    for name in ["bodega_session", "bodega_device", "bodega_notice", "language"] {
        assert!(cookies.iter().any(|cookie| cookie.starts_with(&format!("__Host-{name}="))), "{name}");
    }
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-") && cookie.contains("Secure"), "{cookie}");
    }
    // And understood when they come back.
    let page = ana.get("/products").await;
    page.assert_page(200, Language::English);
    assert!(page.header("strict-transport-security").is_some());
    // One without the prefix may be from another host.
    let stolen = ana.cookie("__Host-bodega_session").unwrap().to_owned();
    let mut other = replica.visitor();
    other.set_cookie("bodega_session", &stolen).get("/products").await.assert_status(303);
}

#[tokio::test]
async fn malformed_and_unknown_cookies_make_visitors_and_change_nothing() {
    let replica = Shop::new().await.replica().await;
    let ana = replica.person("Ana").await;
    let changed: String = ana.session().chars().rev().collect();
    let too_long = "A".repeat(8000);
    for value in ["", "x", "%00", "AAAAAAAAAAAAAAAAAAAAAA", "../../etc/passwd", &changed, &too_long] {
        let mut visitor = replica.visitor();
        visitor.set_cookie("bodega_session", value);
        let answer = visitor.get("/products").await;
        answer.assert_redirect("/login?next=%2Fproducts");
        assert_eq!(answer.set_cookies(), Vec::<String>::new(), "{value}");
        assert_eq!(
            visitor.get("/").await.assert_page(200, Language::Spanish).set_cookies(),
            Vec::<String>::new()
        );
    }
}
