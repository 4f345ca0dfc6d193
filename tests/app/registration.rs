//! Making oneself an account.

use bodega::db::users_schema::accounts;
use bodega::web::{Language, Message};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::support::{Browser, Form, PASSWORD, Shop, unique};

async fn form(browser: &mut Browser) -> Form {
    let form = browser.get("/register").await.form_to("/register");
    form.fill("first_name", "Inés")
        .fill("last_name", "Núñez")
        .fill("email", unique("ines") + "@example.com")
        .fill("password", PASSWORD)
}

/// Roles of all accounts, the oldest key first.
async fn roles(shop: &Shop) -> Vec<String> {
    let mut connection = shop.users_connection().await;
    accounts::table.order(accounts::id).select(accounts::role).load(&mut connection).await.unwrap()
}

#[tokio::test]
async fn who_registers_is_signed_in() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let page = ana.get("/products").await;
    page.assert_page(200, Language::Spanish);
    assert!(page.has("header nav form[action='/logout']"));
    assert_eq!(page.text_of("header .person"), "Ana Prueba");
}

#[tokio::test]
async fn the_first_account_is_the_administrator_and_no_other() {
    let shop = Shop::new().await;
    let replica = shop.replica_with(&["--default-role", "clerk"]).await;
    replica.person("Ana").await;
    replica.person("Luis").await;
    assert_eq!(roles(&shop).await, ["administrator", "clerk"]);
}

#[tokio::test]
async fn of_ten_who_register_at_once_one_is_the_administrator() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let tasks: Vec<_> = (0..10)
        .map(|index| {
            let replica = replicas[index % 2].clone();
            tokio::spawn(async move { replica.person("Ana").await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let roles = roles(&shop).await;
    assert_eq!(roles.len(), 10);
    assert_eq!(roles.iter().filter(|role| *role == "administrator").count(), 1);
}

#[tokio::test]
async fn every_wrong_field_has_its_message_in_both_languages() {
    let replica = Shop::new().await.replica().await;
    let too_long = |max: u64| Message::new("too-long").with("max", max);
    let cases = [
        ("first_name", String::new(), Message::new("required-field")),
        ("first_name", "   ".into(), Message::new("required-field")),
        ("first_name", "ñ".repeat(61), too_long(60)),
        ("first_name", "a\0b".into(), Message::new("bad-characters")),
        ("last_name", String::new(), Message::new("required-field")),
        ("last_name", "ñ".repeat(61), too_long(60)),
        ("last_name", "a\u{7}b".into(), Message::new("bad-characters")),
        ("email", String::new(), Message::new("required-field")),
        ("email", "ines".into(), Message::new("email-invalid")),
        ("email", "ines@a@b".into(), Message::new("email-invalid")),
        ("email", "in es@example.com".into(), Message::new("email-invalid")),
        ("email", format!("{}@example.com", "a".repeat(243)), too_long(254)),
        ("email", "a\0@example.com".into(), Message::new("bad-characters")),
        ("password", "corta".into(), Message::new("password-too-short")),
        ("password", "x7ñ-Qé9 ".repeat(33), Message::new("password-too-long")),
        ("password", "password1".into(), Message::new("password-common")),
        ("password", "inesnunez".into(), Message::new("password-personal")),
    ];
    for language in Language::ALL {
        let mut visitor = replica.visitor();
        visitor.set_cookie("language", language.tag());
        for (field, value, message) in &cases {
            let form = form(&mut visitor).await.fill(field, value.as_str());
            let answer = visitor.submit(&form).await;
            answer.assert_message(field, message, language);
            assert_eq!(answer.focused().as_deref(), Some(*field), "{message:?}");
        }
    }
}

#[tokio::test]
async fn the_longest_values_that_fit_are_kept_as_they_are() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut visitor = replica.visitor();
    let email = format!("{}@example.com", unique(&"a".repeat(230)));
    let email = &email[email.len() - 254.min(email.len())..];
    let form = form(&mut visitor)
        .await
        .fill("first_name", format!("  {}  ", "ñ".repeat(60)))
        .fill("last_name", "日".repeat(60))
        .fill("email", email)
        .fill("password", "x7ñ-Qé9 ".repeat(32));
    visitor.submit(&form).await.assert_redirect("/products");
    let stored: (String, String, String) = accounts::table
        .select((accounts::first_name, accounts::last_name, accounts::email))
        .first(&mut shop.users_connection().await)
        .await
        .unwrap();
    assert_eq!(stored, ("ñ".repeat(60), "日".repeat(60), email.to_owned()));
}

#[tokio::test]
async fn a_form_that_comes_back_keeps_what_was_typed_but_never_a_password() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    let sent = form(&mut visitor).await.fill("last_name", "").fill("email", "not <an> \"address\"");
    let answer = visitor.submit(&sent).await;
    let back = answer.form_to("/register");
    assert_eq!((back.value("first_name"), back.value("last_name")), ("Inés", ""));
    assert_eq!(back.value("email"), "not <an> \"address\"");
    assert_eq!(back.value("password"), "");
    assert!(!answer.text().contains(PASSWORD));
    assert_ne!(back.value("_submission"), sent.value("_submission"), "a fresh key for the new rendering");
    assert_eq!(answer.texts(".error").len(), 2);
    assert!(!answer.alert().is_empty());
}

#[tokio::test]
async fn htmx_gets_the_form_alone() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    let sent = form(&mut visitor).await.fill("email", "nobody");
    let answer = visitor.htmx(crate::support::Htmx::Partial).submit(&sent).await;
    answer.assert_message("email", &Message::new("email-invalid"), Language::Spanish);
    assert!(!answer.text().contains("<html") && answer.text().trim_start().starts_with("<form"));
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ines") + "@example.com";
    replica.person_at("Inés", &email).await;
    let mut visitor = replica.visitor();
    let form = form(&mut visitor).await.fill("email", email.to_uppercase());
    let answer = visitor.submit(&form).await;
    answer.assert_message("email", &Message::new("email-taken"), Language::Spanish);
    assert!(visitor.cookie("bodega_session").is_none());
}

#[tokio::test]
async fn the_same_registration_twice_makes_one_account_and_signs_in_both_times() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut first = replicas[0].visitor();
    let form = form(&mut first).await;
    let mut second = first.clone();
    second.at(&replicas[1]);
    first.submit(&form).await.assert_redirect("/products");
    second.submit(&form).await.assert_redirect("/products");
    assert_eq!(second.get("/products").await.text_of("header .person"), "Inés Núñez");
    assert_eq!(roles(&shop).await.len(), 1);
}

#[tokio::test]
async fn a_repeated_registration_with_another_password_signs_nobody_in() {
    let replica = Shop::new().await.replica().await;
    let mut first = replica.visitor();
    let form = form(&mut first).await;
    first.submit(&form).await.assert_redirect("/products");
    let mut thief = replica.visitor();
    let guess = form.fill("password", "another good one 77");
    replica.has_failed_often_at(guess.value("email")).await;
    thief.submit(&guess).await.assert_status(422);
    assert!(thief.cookie("bodega_session").is_none());
    thief.submit(&guess).await.assert_page(429, Language::Spanish);
}

#[tokio::test]
async fn closed_registration_lets_the_administrator_in_and_nobody_after() {
    let shop = Shop::new().await;
    let replica = shop.replica_with(&["--registration", "closed"]).await;
    let mut late = replica.visitor();
    let form = form(&mut late).await;
    replica.person("Ana").await;
    let page = late.get("/register").await;
    page.assert_page(200, Language::Spanish);
    assert!(!page.has("form[action='/register']"));
    late.submit(&form).await.assert_page(403, Language::Spanish);
    assert_eq!(roles(&shop).await, ["administrator"]);
}

#[tokio::test]
async fn who_is_signed_in_needs_no_registration() {
    let replica = Shop::new().await.replica().await;
    replica.person("Ana").await.get("/register").await.assert_redirect("/products");
}

/// `İ` becomes two characters in lower case.
#[tokio::test]
async fn letters_that_grow_in_lower_case_fit_into_an_address() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    let form = form(&mut visitor).await.fill("email", format!("{}@example.com", "İ".repeat(242)));
    visitor.submit(&form).await.assert_redirect("/products");
}
