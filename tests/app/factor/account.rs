//! Looking after one's own second factor.

use bodega::db::users_schema::{factors, recovery_codes, submissions};
use bodega::web::{Language, Message};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Person, Phone, first_step, logged};
use crate::support::{Htmx, PASSWORD, Shop, unique};

#[tokio::test]
async fn it_is_set_up_by_a_code_and_the_password_and_by_nothing_less() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let page = ana.get("/account/factor/new").await;
    page.assert_page(200, Language::Spanish);
    assert!(page.has("svg.qr[role='img'][aria-label] path[d]"), "a picture to scan");
    assert!(page.attribute("a[href^='otpauth:']", "href").contains("&issuer=Bodega"));
    let phone = Phone::of(&page);
    let form = page.form_to("/account/factor");
    let wrong = form.clone().fill("code", phone.wrong_code()).fill("password", PASSWORD);
    let answer = ana.submit(&wrong).await;
    answer.assert_message("code", &Message::new("factor-code-wrong"), Language::Spanish);
    assert_eq!(answer.text_of(".key code"), page.text_of(".key code"), "the key stays");
    let wrong = form.clone().fill("code", phone.code(0)).fill("password", "not the password");
    ana.submit(&wrong).await.assert_message(
        "password",
        &Message::new("factor-password-wrong"),
        Language::Spanish,
    );
    first_step(&mut replica.visitor(), &email).await.assert_redirect("/products");
    let answer = ana.submit(&form.fill("code", phone.code(0)).fill("password", PASSWORD)).await;
    answer.assert_page(200, Language::Spanish);
    assert_eq!(answer.texts(".codes code").len(), 10);
    assert_eq!(logged(&shop, "factor-added").await, 1);
    first_step(&mut replica.visitor(), &email).await.form_to("/login/factor");
}

#[tokio::test]
async fn with_htmx_the_codes_take_the_place_of_the_whole_page_and_a_message_that_of_the_form() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let page = ana.get("/account/factor/new").await;
    let phone = Phone::of(&page);
    ana.htmx(Htmx::Partial);
    let form = page.form_to("/account/factor").fill("password", PASSWORD);
    let answer = ana.submit(&form.clone().fill("code", phone.wrong_code())).await;
    answer.assert_status(422);
    assert!(!answer.has("header") && answer.has("#factor-form"));
    let answer = ana
        .submit(&answer.form_to("/account/factor").fill("password", PASSWORD).fill("code", phone.code(0)))
        .await;
    answer.assert_status(200);
    assert_eq!(answer.header("hx-retarget"), Some("body"));
    assert_eq!(answer.texts(".codes code").len(), 10);
}

#[tokio::test]
async fn a_form_that_arrives_twice_shows_the_same_recovery_codes() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    let page = ana.get("/account/factor/new").await;
    let form =
        page.form_to("/account/factor").fill("code", Phone::of(&page).code(0)).fill("password", PASSWORD);
    let first = ana.submit(&form).await;
    let second = ana.at(&replicas[1]).submit(&form).await;
    assert_eq!(first.texts(".codes code"), second.texts(".codes code"));
    assert_eq!(logged(&shop, "factor-added").await, 1);
}

#[tokio::test]
async fn no_recovery_code_stands_anywhere() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let ana = Person::new(&replica).await;
    let mut connection = shop.users_connection().await;
    let hashes: Vec<Vec<u8>> =
        recovery_codes::table.select(recovery_codes::code).load(&mut connection).await.unwrap();
    assert_eq!(hashes.len(), 10);
    let answers: Vec<Option<String>> =
        submissions::table.select(submissions::answer).load(&mut connection).await.unwrap();
    for code in &ana.recovery_codes {
        assert!(answers.iter().flatten().all(|answer| !answer.contains(code.as_str())));
    }
}

#[tokio::test]
async fn two_tabs_cannot_set_up_two_keys() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let pages = [ana.get("/account/factor/new").await, ana.get("/account/factor/new").await];
    let [first, second] = pages.map(|page| {
        let phone = Phone::of(&page);
        page.form_to("/account/factor").fill("code", phone.code(0)).fill("password", PASSWORD)
    });
    ana.submit(&first).await.assert_status(200);
    ana.submit(&second).await.assert_redirect("/account/factor");
}

#[tokio::test]
async fn the_key_of_another_person_is_not_taken() {
    let replica = Shop::new().await.replica().await;
    let (mut ana, mut luis) = (replica.person("Ana").await, replica.person("Luis").await);
    let page = luis.get("/account/factor/new").await;
    let form = ana.get("/account/factor/new").await.form_to("/account/factor");
    let form = form.fill("ticket", page.form_to("/account/factor").value("ticket"));
    let form = form.fill("code", Phone::of(&page).code(0)).fill("password", PASSWORD);
    ana.submit(&form).await.assert_redirect("/account/factor/new");
}

#[tokio::test]
async fn new_recovery_codes_need_the_password_and_a_code_and_end_the_old_ones() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = Person::new(&replica).await;
    let form = ana.browser.get("/account/factor").await.form_to("/account/factor/codes");
    let form = form.fill("code", ana.phone.code(1));
    let answer = ana.browser.submit(&form.clone().fill("password", "not the password")).await;
    answer.assert_status(422);
    assert!(answer.has("#renewal-form .error") && !answer.has("#removal-form .error"));
    let answer = ana.browser.submit(&form.clone().fill("password", PASSWORD)).await;
    answer.assert_page(200, Language::Spanish);
    let new = answer.texts(".codes code");
    assert!(new.len() == 10 && new.iter().all(|code| !ana.recovery_codes.contains(code)));
    let again = ana.browser.submit(&form.fill("password", PASSWORD)).await;
    assert_eq!(again.texts(".codes code"), new);
    assert_eq!(logged(&shop, "recovery-codes-made").await, 1);
    for (code, status) in [(&ana.recovery_codes[0], 422), (&new[0], 303)] {
        let mut visitor = replica.visitor();
        let form = ana.first_step(&mut visitor).await.fill("recovery_code", code);
        visitor.submit(&form).await.assert_status(status);
    }
}

#[tokio::test]
async fn removing_it_needs_the_password_and_a_code() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = Person::new(&replica).await;
    let form = ana.browser.get("/account/factor").await.form_to("/account/factor/remove");
    let code = ana.phone.code(1);
    for (password, code, field) in [
        ("not the password", code.clone(), "password"),
        (PASSWORD, ana.phone.wrong_code(), "code"),
        (PASSWORD, String::new(), "code"),
    ] {
        let answer = ana.browser.submit(&form.clone().fill("password", password).fill("code", code)).await;
        answer.assert_status(422);
        assert!(answer.has(&format!("#removal-{field}[aria-invalid]")), "{}", answer.text());
    }
    let form = form.fill("password", PASSWORD).fill("code", code);
    ana.browser.submit(&form).await.assert_redirect("/account/factor");
    first_step(&mut replica.visitor(), &ana.email).await.assert_redirect("/products");
    let mut connection = shop.users_connection().await;
    let left: (i64, i64) = (
        factors::table.count().get_result(&mut connection).await.unwrap(),
        recovery_codes::table.count().get_result(&mut connection).await.unwrap(),
    );
    assert_eq!(left, (0, 0));
    assert_eq!(logged(&shop, "factor-removed").await, 1);
}

#[tokio::test]
async fn where_it_is_changed_all_other_sign_ins_can_be_ended() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = Person::new(&replica).await;
    let action = "/account/sign-ins/end-others";
    let pages = ["/account/factor", "/account/passkeys"];
    for page in pages {
        assert!(!ana.browser.get(page).await.has(&format!("form[action='{action}']")), "there are none");
    }
    let mut other = replica.visitor();
    let form = ana.first_step(&mut other).await.fill("recovery_code", &ana.recovery_codes[0]);
    other.submit(&form).await.assert_redirect("/products");
    let remove = ana.browser.get(pages[0]).await.form_to("/account/factor/remove");
    let remove = remove.fill("password", PASSWORD).fill("code", ana.phone.code(1));
    let answer = ana.browser.submit(&remove).await;
    let forms =
        [ana.browser.follow(&answer).await.form_to(action), ana.browser.get(pages[1]).await.form_to(action)];
    other.get("/products").await.assert_status(200);
    for form in forms {
        ana.browser.submit(&form).await.assert_redirect("/account");
        other.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    }
    ana.browser.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn what_was_typed_here_does_not_wait_in_redis_for_the_next_sign_in() {
    let replica = Shop::new().await.replica().await;
    let mut ana = Person::new(&replica).await;
    let form = ana.browser.get("/account/factor").await.form_to("/account/factor/remove");
    ana.browser.forget_cookie("bodega_session");
    let form = form.fill("password", PASSWORD).fill("code", &ana.recovery_codes[0]);
    ana.browser.submit(&form).await.assert_redirect("/login?next=%2Faccount%2Ffactor%3Funsent%3D1");
}
