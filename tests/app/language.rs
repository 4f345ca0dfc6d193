//! In which language pages come.

use crate::support::{Browser, Form, PASSWORD, Shop, unique};
use bodega::web::Language::{self, English, Spanish};

async fn switch(browser: &mut Browser, page: &str, language: Language) -> crate::support::Answer {
    let form = browser.get(page).await.form_to("/language").fill("language", language.tag());
    browser.submit(&form).await
}

#[tokio::test]
async fn spanish_unless_the_visitor_asks_otherwise() {
    let replica = Shop::new().await.replica().await;
    for (header, language) in [
        (None, Spanish),
        (Some("en-GB,en;q=0.9"), English),
        (Some("fr, en;q=0.3"), English),
        (Some("en;q=0.3, es-MX"), Spanish),
        (Some("fr, de"), Spanish),
        (Some(";;;q=,"), Spanish),
    ] {
        let mut visitor = replica.visitor();
        if let Some(header) = header {
            visitor.with("accept-language", header);
        }
        visitor.get("/").await.assert_page(200, language);
    }
}

#[tokio::test]
async fn the_choice_is_remembered_and_leads_back_to_where_it_was_made() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    visitor.with("accept-language", "es");
    let answer = switch(&mut visitor, "/login?next=%2Fproducts", English).await;
    answer.assert_redirect("/login?next=%2Fproducts");
    visitor.follow(&answer).await.assert_page(200, English);
    visitor.get("/nowhere").await.assert_page(404, English);
}

#[tokio::test]
async fn the_choice_goes_with_the_account_to_other_browsers() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    switch(&mut ana, "/products", English).await.assert_redirect("/products");
    let mut other = replica.visitor();
    let form = other.get("/login").await.assert_page(200, Spanish).form_to("/login");
    let answer = other.submit(&form.fill("email", email).fill("password", PASSWORD)).await;
    other.follow(&answer).await.assert_page(200, English);
}

#[tokio::test]
async fn a_language_that_does_not_exist_is_refused_and_no_other_site_is_led_to() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    visitor
        .submit(&Form::forged("/language", &[("language", "xx"), ("next", "/")]))
        .await
        .assert_page(400, Spanish);
    visitor.submit(&Form::forged("/language", &[("next", "/")])).await.assert_page(400, Spanish);
    let form = Form::forged("/language", &[("language", "en"), ("next", "//evil.example")]);
    visitor.submit(&form).await.assert_redirect("/");
    visitor.set_cookie("language", "tlh").get("/").await.assert_page(200, Spanish);
}
