//! Name, language, address and password, changed by their owner.

use crate::support::{Answer, Browser, Form, Htmx, MailServer, PASSWORD, Replica, Shop, unique};
use bodega::web::{Language, Message};
use diesel_async::RunQueryDsl;

const NEW: &str = "nueve faros verdes 28";

/// The form of the account's page.
async fn form(browser: &mut Browser, action: &str) -> Form {
    browser.get("/account").await.form_to(action)
}

async fn sign_in(replica: &Replica, email: &str, password: &str) -> Answer {
    replica.visitor().submit(&Form::forged("/login", &[("email", email), ("password", password)])).await
}

fn address() -> String {
    unique("ana") + "@example.com"
}

async fn change_email(browser: &mut Browser, email: &str, password: &str) -> Answer {
    let form = form(browser, "/account/email").await.fill("email", email).fill("current_password", password);
    browser.submit(&form).await
}

async fn change_password(browser: &mut Browser, current: &str, new: &str) -> Answer {
    let form = form(browser, "/account/password").await;
    browser.submit(&form.fill("current_password", current).fill("password", new)).await
}

#[tokio::test]
async fn a_new_name_is_known_to_every_replica_on_the_next_request() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    for (count, replica) in replicas.iter().enumerate() {
        let name = format!("Ana{count}");
        let form = form(ana.at(replica), "/account").await.fill("first_name", name.as_str());
        ana.submit(&form).await.assert_redirect("/account");
        for other in &replicas {
            let page = ana.at(other).get("/products").await;
            assert_eq!(page.text_of("header .person"), format!("{name} Prueba"));
        }
    }
}

#[tokio::test]
async fn what_is_no_name_comes_back_with_a_message_and_is_kept() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    for htmx in [Htmx::No, Htmx::Partial] {
        let sent = form(&mut ana, "/account").await.fill("first_name", " ").fill("last_name", "x".repeat(61));
        ana.htmx(htmx);
        let answer = ana.submit(&sent).await;
        ana.htmx(Htmx::No);
        answer.assert_message("first_name", &Message::new("required-field"), Language::Spanish);
        assert_eq!(answer.form_to("/account").value("last_name"), "x".repeat(61));
        assert_eq!(answer.has("#email-form"), htmx == Htmx::No, "the part that was sent, or all");
    }
}

#[tokio::test]
async fn the_language_is_the_accounts_and_the_browsers() {
    let replica = Shop::new().await.replica().await;
    let email = address();
    let mut ana = replica.person_at("Ana", &email).await;
    let sent = form(&mut ana, "/account").await.fill("language", "en");
    ana.submit(&sent).await.assert_redirect("/account");
    let page = ana.get("/account").await;
    page.assert_page(200, Language::English);
    assert_eq!(page.text_of(".notice"), Language::English.text("notice-profile-saved"));
    assert!(!ana.get("/account").await.has(".notice"), "said once");
    let odd = form(&mut ana, "/account").await.fill("language", "xx");
    ana.submit(&odd).await.assert_page(400, Language::English);
}

#[tokio::test]
async fn without_mail_the_address_changes_at_once_and_takes_the_password() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let (old, new, others) = (address(), address(), address());
    let mut ana = replicas[0].person_at("Ana", &old).await;
    replicas[0].person_at("Luis", &others).await;
    let wrong = change_email(&mut ana, &new, "not it at all").await;
    wrong.assert_message("current_password", &Message::new("password-wrong"), Language::Spanish);
    assert!(!wrong.text().contains("not it at all"));
    assert_eq!(wrong.form_to("/account/email").value("email"), new);
    let taken = change_email(&mut ana, &others.to_uppercase(), PASSWORD).await;
    taken.assert_message("email", &Message::new("email-taken"), Language::Spanish);
    change_email(&mut ana, "no", PASSWORD).await.assert_message(
        "email",
        &Message::new("email-invalid"),
        Language::Spanish,
    );
    sign_in(&replicas[0], &old, PASSWORD).await.assert_redirect("/products");

    change_email(&mut ana, &new, PASSWORD).await.assert_redirect("/account");
    let page = ana.at(&replicas[1]).get("/products").await;
    assert_eq!(page.attribute("header .person", "data-email"), new);
    sign_in(&replicas[1], &new, PASSWORD).await.assert_redirect("/products");
    sign_in(&replicas[1], &old, PASSWORD).await.assert_status(422);
}

#[tokio::test]
async fn with_mail_a_new_address_proves_that_it_is_read_and_the_old_one_is_told() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let (old, new) = (address(), address());
    let mut ana = replica.person_at("Ana", &old).await;
    change_email(&mut ana, &new, PASSWORD).await.assert_redirect("/account");
    replica.work().await;
    assert_eq!(ana.get("/account").await.attribute("header .person", "data-email"), old);
    let letter = server.letters().pop().unwrap();
    assert_eq!(letter.to, new);

    // Looking at it, as programs that check mail do, changes nothing.
    let mut anyone = replica.visitor();
    let page = anyone.get(&letter.link()).await;
    page.assert_page(200, Language::Spanish);
    assert_eq!(ana.get("/account").await.attribute("header .person", "data-email"), old);

    let confirm = page.form_to(&letter.link());
    let mut again = anyone.clone();
    anyone.submit(&confirm).await.assert_redirect("/account");
    again.submit(&confirm).await.assert_redirect("/account");
    assert_eq!(ana.get("/products").await.attribute("header .person", "data-email"), new);
    replica.work().await;
    let letters = server.letters();
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert_eq!(letters[1].to, old);
    assert!(!letters[1].text.contains(&new), "whoever reads the old address learns nothing of the new one");
    anyone.get(&letter.link()).await.assert_page(404, Language::Spanish);
}

#[tokio::test]
async fn a_link_to_an_address_that_somebody_took_meanwhile_changes_nothing() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let (old, new) = (address(), address());
    let mut ana = replica.person_at("Ana", &old).await;
    change_email(&mut ana, &new, PASSWORD).await.assert_redirect("/account");
    replica.work().await;
    let link = server.letters().pop().unwrap().link();
    replica.person_at("Luis", &new).await;
    let page = replica.visitor().get(&link).await;
    replica.visitor().submit(&page.form_to(&link)).await.assert_page(409, Language::Spanish);
    sign_in(&replica, &old, PASSWORD).await.assert_redirect("/products");
}

#[tokio::test]
async fn a_new_password_takes_the_current_one_and_ends_all_other_sign_ins_with_the_reason() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let email = address();
    let mut ana = replicas[0].person_at("Ana", &email).await;
    let mut phone = replicas[1].visitor();
    phone.submit(&Form::forged("/login", &[("email", &email), ("password", PASSWORD)])).await;
    phone.get("/products").await.assert_status(200);

    ana.htmx(Htmx::Partial);
    let wrong = change_password(&mut ana, "not it at all", NEW).await;
    wrong.assert_message("current_password", &Message::new("password-wrong"), Language::Spanish);
    assert!(!wrong.text().contains(NEW) && !wrong.text().contains("not it at all"));
    let short = change_password(&mut ana, PASSWORD, "corta").await;
    short.assert_message("password", &Message::new("password-too-short"), Language::Spanish);
    ana.htmx(Htmx::No);
    phone.get("/products").await.assert_status(200);

    change_password(&mut ana, PASSWORD, NEW).await.assert_redirect("/account");
    ana.at(&replicas[1]).get("/account").await.assert_status(200);
    phone.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    assert_eq!(phone.get("/login").await.alert(), Language::Spanish.text("ended-password"));
    sign_in(&replicas[1], &email, PASSWORD).await.assert_status(422);
    sign_in(&replicas[1], &email, NEW).await.assert_redirect("/products");
}

#[tokio::test]
async fn a_new_password_that_arrives_twice_is_answered_twice_and_set_once() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = form(&mut ana, "/account/password").await;
    let sent = form.clone().fill("current_password", PASSWORD).fill("password", NEW);
    for _ in 0..2 {
        ana.submit(&sent).await.assert_redirect("/account");
    }
    // Also with the password that it has by now: another new one was not set.
    for current in [PASSWORD, NEW] {
        let other = form.clone().fill("current_password", current).fill("password", "siete botes rojos 77");
        let answer = ana.submit(&other).await;
        answer.assert_status(422);
        assert_eq!(answer.alert(), Language::Spanish.text("submission-changed"));
    }
}

#[tokio::test]
async fn guesses_of_somebody_who_found_the_browser_open_are_rate_limited() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    for _ in 0..10 {
        if change_password(&mut ana, "a wrong guess", NEW).await.status == 429 {
            return;
        }
    }
    panic!("ten wrong passwords, and no 429");
}

#[tokio::test]
async fn passwords_that_somebody_sent_whose_sign_in_had_ended_are_kept_nowhere() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let sent =
        form(&mut ana, "/account/email").await.fill("email", address()).fill("current_password", PASSWORD);
    ana.forget_cookie("bodega_session");
    let answer = ana.submit(&sent).await;
    let draft = answer.location().unwrap().rsplit_once("draft%3D").expect("the rest is kept").1.to_owned();
    let kept = replica.app.redis.get(&format!("bodega:draft:{draft}")).await.unwrap().unwrap();
    assert!(kept.contains("email") && !kept.contains(PASSWORD), "{kept}");
}

#[tokio::test]
async fn what_a_sign_in_began_that_has_ended_meanwhile_is_not_finished() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let name = form(&mut ana, "/account").await.fill("first_name", "Eva");
    let password = form(&mut ana, "/account/password").await;
    let password = password.fill("current_password", PASSWORD).fill("password", NEW);
    // As if it ended after this request's sender was looked up: Redis still knows nothing of it.
    let end = "UPDATE sign_ins SET ended_at = NOW(6), ended_because = 'elsewhere'";
    diesel::sql_query(end).execute(&mut shop.users_connection().await).await.unwrap();
    let before = crate::ledger::of(&shop).await;
    for form in [name, password] {
        let answer = ana.submit(&form).await;
        assert!(answer.location().unwrap().starts_with("/login"), "{answer:?}");
    }
    assert_eq!(crate::ledger::of(&shop).await, before);
}
