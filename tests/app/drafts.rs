//! A form whose sender has to sign in first is not lost.

use bodega::web::Language;

use crate::support::{Browser, Form, PASSWORD, Shop, unique};

/// Signs in on the page that an answer leads to, and goes on to where that leads.
async fn sign_in(
    browser: &mut Browser,
    answer: &crate::support::Answer,
    email: &str,
) -> crate::support::Answer {
    let form = browser.follow(answer).await.form_to("/login");
    let answer = browser.submit(&form.fill("email", email).fill("password", PASSWORD)).await;
    answer.assert_status(303);
    browser.follow(&answer).await
}

#[tokio::test]
async fn a_new_product_typed_after_the_sign_in_ended_comes_back_in_its_form() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let typed = ana.product_form("Café", "C-1").await.fill("description", "uno\r\ndos ñ <b>");
    ana.forget_cookie("bodega_session");
    let answer = ana.submit(&typed).await;
    assert!(
        answer.assert_status(303).location().unwrap().starts_with("/login?next=%2Fproducts"),
        "{answer:?}"
    );
    let form = sign_in(&mut ana, &answer, &email).await.form_to("/products");
    for field in ["name", "code", "description", "units", "category"] {
        assert_eq!(form.value(field), typed.value(field), "{field}");
    }
    assert_ne!(form.value("_submission"), typed.value("_submission"));
    let path = ana.add(&form).await;
    assert_eq!(ana.get(&path).await.text_of("h1"), "Café");
}

#[tokio::test]
async fn an_edit_sent_after_the_sign_in_ended_comes_back_with_its_version() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let mut luis = replica.person("Luis").await;
    let path = ana.add_product("Café", "C-1").await;
    let typed = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "42");
    ana.forget_cookie("bodega_session");
    let answer = ana.submit(&typed).await;
    let theirs = luis.get(&format!("{path}/edit")).await.form_to(&path).fill("name", "Té");
    luis.submit(&theirs).await.assert_redirect(&path);
    let form = sign_in(&mut ana, &answer, &email).await.form_to(&path);
    assert_eq!((form.value("units"), form.value("version")), ("42", "1"));
    ana.submit(&form).await.assert_page(409, Language::Spanish);
}

#[tokio::test]
async fn a_deletion_sent_after_the_sign_in_ended_leads_back_to_the_product() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let path = ana.add_product("Café", "C-1").await;
    let form = ana.get(&path).await.form_to(&format!("{path}/delete"));
    ana.forget_cookie("bodega_session");
    let answer = ana.submit(&form).await;
    let page = sign_in(&mut ana, &answer, &email).await;
    page.assert_page(200, Language::Spanish);
    assert_eq!(page.text_of("h1"), "Café");
    assert!(page.has(&format!("form[action='{path}/delete']")), "not deleted");
}

#[tokio::test]
async fn without_a_referring_page_signing_in_still_leads_to_a_page() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    replica.person_at("Ana", &email).await;
    let mut visitor = replica.visitor();
    let answer = visitor.submit(&Form::forged("/products", &[("name", "Café")])).await;
    sign_in(&mut visitor, &answer, &email).await.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn drafts_that_do_not_exist_are_empty_forms() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    for draft in ["", "x", "*", &"0".repeat(32), &"0".repeat(5000), "%00"] {
        let form = ana.get(&format!("/products/new?draft={draft}")).await.form_to("/products");
        assert_eq!(form.value("name"), "");
    }
}
