//! Forms count once, however often they arrive.

use bodega::web::{Language, Message};

use bodega::id::Id;
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use time::{Duration, OffsetDateTime};

use crate::support::{Browser, Form, PASSWORD, Shop, unique};

#[tokio::test]
async fn the_same_form_again_gets_the_same_answer_and_does_nothing() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    let path = ana.add(&form).await;
    for count in 0..4 {
        ana.at(&replicas[count % 2]);
        assert_eq!(ana.add(&form).await, path);
    }
    assert_eq!(ana.get("/products").await.products(), ["Café"]);
}

#[tokio::test]
async fn a_form_repeated_after_the_product_has_changed_still_gets_its_answer() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let create = ana.product_form("Café", "C-1").await;
    let path = ana.add(&create).await;
    let edit = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "8");
    ana.submit(&edit).await.assert_redirect(&path);
    let delete = ana.get(&path).await.form_to(&format!("{path}/delete"));
    ana.submit(&delete).await.assert_redirect("/products");
    ana.submit(&edit).await.assert_redirect(&path);
    assert_eq!(ana.add(&create).await, path);
    ana.submit(&delete).await.assert_redirect("/products");
    let page = ana.get(&path).await;
    assert!(page.has(&format!("form[action='{path}/restore']")));
    assert_eq!(page.text_of("dd[data-unit]"), "8");
}

#[tokio::test]
async fn twenty_arrivals_at_once_on_two_replicas_create_one_product() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    let tasks: Vec<_> = (0..20)
        .map(|count| {
            let (mut browser, form) = (ana.clone(), form.clone());
            browser.at(&replicas[count % 2]);
            tokio::spawn(async move { browser.add(&form).await })
        })
        .collect();
    let mut paths = std::collections::BTreeSet::new();
    for task in tasks {
        paths.insert(task.await.unwrap());
    }
    assert_eq!(paths.len(), 1, "one answer for all: {paths:?}");
    let page = ana.get("/products").await;
    assert_eq!(page.products(), ["Café"]);
    assert_eq!(page.text_of("#product-total"), "1 producto");
}

#[tokio::test]
async fn the_same_key_with_other_content_is_refused_with_what_was_typed() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    ana.add(&form).await;
    let answer = ana.submit(&form.fill("name", "Té").fill("code", "T-1")).await;
    answer.assert_page(422, Language::Spanish);
    assert_eq!(answer.alert(), Message::new("submission-changed").text(Language::Spanish));
    assert_eq!(ana.get("/products").await.products(), ["Café"]);
    // The form came back with a key of its own.
    ana.add(&answer.form_to("/products")).await;
}

#[tokio::test]
async fn a_form_without_a_key_is_refused_and_does_nothing() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await.without("_submission");
    ana.submit(&form).await.assert_page(400, Language::Spanish);
    assert_eq!(ana.get("/products").await.products(), Vec::<String>::new());
}

#[tokio::test]
async fn keys_that_are_forged_or_someone_elses_do_nothing() {
    let replica = Shop::new().await.replica().await;
    let (mut ana, mut luis) = (replica.person("Ana").await, replica.person("Luis").await);
    let theirs = luis.product_form("Café", "C-1").await;
    let visitors = replica.visitor().get("/register").await.form_to("/register");
    let own = ana.product_form("Café", "C-1").await;
    let changed: String = own.value("_submission").chars().rev().collect();
    for key in
        [theirs.value("_submission"), visitors.value("_submission"), "", "x", &changed, &"A".repeat(43)]
    {
        let answer = ana.submit(&own.clone().fill("_submission", key)).await;
        answer.assert_page(422, Language::Spanish);
    }
    assert_eq!(ana.get("/products").await.products(), Vec::<String>::new());
}

#[tokio::test]
async fn someone_elses_answer_is_not_given_away() {
    let replica = Shop::new().await.replica().await;
    let (mut ana, mut luis) = (replica.person("Ana").await, replica.person("Luis").await);
    let form = ana.product_form("Café", "C-1").await;
    ana.add(&form).await;
    luis.submit(&form).await.assert_page(422, Language::Spanish);
}

#[tokio::test]
async fn a_form_that_was_refused_can_be_corrected_under_the_same_key() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    ana.add_product("Café", "C-1").await;
    let form = ana.product_form("Té", "C-1").await;
    ana.submit(&form).await.assert_status(422);
    // As a browser without memory of the answer would: the old page, the old key.
    ana.add(&form.fill("code", "T-1")).await;
}

#[tokio::test]
async fn signing_in_again_and_again_is_no_form_that_counts() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    replica.person_at("Ana", &email).await;
    let form = Form::forged("/login", &[("email", &email), ("password", PASSWORD)]);
    for _ in 0..2 {
        replica.visitor().submit(&form).await.assert_redirect("/products");
    }
}

/// The key of a form that was shown to somebody so long ago, as a replica made it then.
async fn key_of_age(browser: &mut Browser, age: Duration) -> String {
    let shop_secret = b"the same on every replica";
    let email = browser.get("/account").await.attribute("header .person", "data-email");
    let users = &browser.replica().app.users;
    let account =
        users.run(async |connection| bodega::accounts::account::find_by_email(&email, connection).await);
    let person = account.await.unwrap().unwrap().id;
    let milliseconds = u64::try_from((OffsetDateTime::now_utc() - age).unix_timestamp()).unwrap() * 1000;
    let mut key = *Id::new().as_bytes();
    key[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
    let mut code = Hmac::<Sha256>::new_from_slice(shop_secret).unwrap();
    code.update(b"submission");
    code.update(person.as_bytes());
    code.update(&key);
    BASE64URL_NOPAD.encode(&[&key[..], &code.finalize().into_bytes()[..16]].concat())
}

/// A claim is forgotten after 72 hours: no key may be good for longer.
#[tokio::test]
async fn a_form_that_was_open_for_seventy_hours_is_taken_and_an_older_one_comes_back_to_be_sent_anew() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    let young = key_of_age(&mut ana, Duration::hours(70) - Duration::minutes(1)).await;
    ana.add(&form.clone().fill("_submission", young)).await;
    for age in [
        Duration::hours(70) + Duration::minutes(1),
        Duration::days(4),
        Duration::days(400),
        // A clock that goes wrong.
        -Duration::hours(2),
    ] {
        let old = key_of_age(&mut ana, age).await;
        let typed = form.clone().fill("_submission", old.as_str()).fill("name", "Té").fill("code", "T-1");
        let answer = ana.submit(&typed).await;
        answer.assert_page(422, Language::Spanish);
        assert_eq!(answer.alert(), Message::new("submission-changed").text(Language::Spanish));
        assert_eq!(ana.get("/products").await.products(), ["Café"], "nothing is done");
        let back = answer.form_to("/products");
        for field in ["name", "code", "description", "units", "category"] {
            assert_eq!(back.value(field), typed.value(field), "{field}");
        }
        assert_ne!(back.value("_submission"), old);
        let path = ana.add(&back).await;
        ana.press(&path, "delete").await.assert_redirect("/products");
        // So that the next one may have the code.
        let edit = ana.press(&path, "restore").await;
        edit.assert_redirect(&path);
        let edit = ana.get(&format!("{path}/edit")).await.form_to(&path);
        ana.submit(&edit.fill("code", unique("T-"))).await.assert_redirect(&path);
        ana.press(&path, "delete").await.assert_redirect("/products");
    }
}

#[tokio::test]
async fn an_old_form_does_not_disable_somebody_again_whose_claim_is_forgotten() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let email = unique("luis") + "@example.com";
    let luis =
        format!("/users/{}", crate::roles::add_account(&replica, &email, bodega::web::Role::Clerk).await.id);
    let old = key_of_age(&mut ana, Duration::hours(80)).await;
    let form = ana.get(&luis).await.form_to(&format!("{luis}/disable")).fill("_submission", old);
    ana.submit(&form).await.assert_page(422, Language::Spanish);
    assert!(ana.get(&luis).await.has(&format!("form[action='{luis}/disable']")), "enabled still");
}
