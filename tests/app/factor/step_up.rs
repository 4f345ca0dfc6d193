//! Where there is a second factor, what changes how somebody gets in takes a code besides the password.

use bodega::web::{Language, Message};

use super::{Person, logged};
use crate::ledger;
use crate::passkeys::Device;
use crate::support::{Browser, Form, Htmx, PASSWORD, Replica, Shop, unique};

const NEW: &str = "nueve faros verdes 28";

/// The changes, and how their forms' ids begin.
const CHANGES: [(&str, &str); 5] = [
    ("/account/email", "email"),
    ("/account/factor/codes", "renewal"),
    ("/account/passkeys", "passkey"),
    ("/account/passkeys/remove", "removal"),
    ("/account/password", "password"),
];

/// Somebody with a second factor and a passkey.
async fn person(replica: &Replica, shop: &Shop) -> Person {
    let mut ana = Person::new(replica).await;
    let form = Device::new().enrol(&mut ana.browser).await.fill("code", ana.phone.code(1));
    ana.browser.submit(&form).await.assert_redirect("/account/passkeys");
    ana.wait(shop).await;
    ana
}

/// A change's form, filled in right but for the code.
async fn form(browser: &mut Browser, action: &str) -> Form {
    match action {
        "/account/email" => {
            let form = browser.get("/account").await.form_to(action);
            form.fill("email", unique("eva") + "@example.com").fill("current_password", PASSWORD)
        }
        "/account/password" => {
            let form = browser.get("/account").await.form_to(action);
            form.fill("current_password", PASSWORD).fill("password", NEW)
        }
        "/account/factor/codes" => {
            browser.get("/account/factor").await.form_to(action).fill("password", PASSWORD)
        }
        "/account/passkeys" => Device::new().enrol(browser).await,
        _ => {
            let page = browser.get("/account/passkeys").await;
            let key = page.attribute("input[type='radio']", "value");
            page.form_to(action).fill("passkey", key).fill("password", PASSWORD)
        }
    }
}

#[tokio::test]
async fn every_change_takes_a_code_and_is_made_once_however_often_the_form_comes() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    for (action, id) in CHANGES {
        let mut ana = person(&replicas[0], &shop).await;
        let form = form(&mut ana.browser, action).await;
        assert_eq!(form.value("code"), "", "{action}: the form asks for it");
        let before = ledger::of(&shop).await;
        for (htmx, code) in [(Htmx::No, String::new()), (Htmx::Partial, ana.phone.wrong_code())] {
            ana.browser.htmx(htmx);
            let answer = ana.browser.submit(&form.clone().fill("code", code)).await;
            answer.assert_status(422);
            let message = Message::new("factor-code-wrong").text(Language::Spanish);
            assert_eq!(answer.text_of(&format!("#{id}-code-error")), message, "{action}");
            assert!(answer.has(&format!("#{id}-code[aria-invalid]")), "{action}");
        }
        ana.browser.htmx(Htmx::No);
        assert_eq!(ledger::of(&shop).await, before, "{action}: nothing is changed");
        let form = form.fill("code", ana.phone.code(0));
        let first = ana.browser.submit(&form).await;
        assert!([200, 303].contains(&first.status), "{action}: {first:?}");
        let between = ledger::of(&shop).await;
        assert_ne!(between, before, "{action}: it is changed");
        let second = ana.browser.at(&replicas[1]).submit(&form).await;
        assert_eq!((second.status, second.location()), (first.status, first.location()), "{action}");
        assert_eq!(second.texts(".codes code"), first.texts(".codes code"), "{action}");
        assert_eq!(ledger::of(&shop).await, between, "{action}: the second time nothing");
    }
}

#[tokio::test]
async fn a_recovery_code_will_do_and_is_used_up() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = person(&replica, &shop).await;
    for status in [303, 422] {
        let form = form(&mut ana.browser, "/account/email").await;
        let answer = ana.browser.submit(&form.fill("code", &ana.recovery_codes[4])).await;
        answer.assert_status(status);
    }
    assert_eq!(logged(&shop, "recovery-code-used").await, 1);
}

#[tokio::test]
async fn a_change_that_is_refused_for_another_reason_uses_no_code_up_and_is_no_guess() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = person(&replica, &shop).await;
    let other = unique("luis") + "@example.com";
    replica.person_at("Luis", &other).await;
    let code = ana.phone.code(0);
    for _ in 0..12 {
        let form = form(&mut ana.browser, "/account/email").await.fill("email", &other);
        let answer = ana.browser.submit(&form.fill("code", &code)).await;
        answer.assert_message("email", &Message::new("email-taken"), Language::Spanish);
    }
    let form = form(&mut ana.browser, "/account/email").await.fill("code", &code);
    ana.browser.submit(&form).await.assert_redirect("/account");
}

#[tokio::test]
async fn a_wrong_password_tells_nothing_of_the_code() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    for (action, id) in CHANGES {
        let mut ana = person(&replica, &shop).await;
        let field = if ["email", "password"].contains(&id) { "current_password" } else { "password" };
        let form = form(&mut ana.browser, action).await.fill(field, "not the password");
        let answer = ana.browser.submit(&form.fill("code", ana.phone.wrong_code())).await;
        answer.assert_status(422);
        assert!(answer.has(&format!("#{id}-{field}-error")), "{action}: {}", answer.text());
        assert!(!answer.has(&format!("#{id}-code-error")), "{action}");
    }
}

#[tokio::test]
async fn guesses_are_held_back_and_then_the_right_one_is_too() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = person(&replicas[0], &shop).await;
    let mut statuses = vec![];
    for count in 0..10 {
        // Whichever form asks.
        let action = CHANGES[count % 2].0;
        let form = form(ana.browser.at(&replicas[count % 2]), action).await;
        let answer = ana.browser.submit(&form.clone().fill("code", ana.phone.wrong_code())).await;
        statuses.push(answer.status);
        if answer.status == 429 {
            assert!(answer.header("retry-after").is_some() && !answer.alert().is_empty());
            let answer = ana.browser.submit(&form.fill("code", &ana.recovery_codes[0])).await;
            answer.assert_status(429);
            break;
        }
    }
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    assert!(statuses.len() > 4, "{statuses:?}");
}

#[tokio::test]
async fn nobody_without_one_is_asked_for_a_code() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = Device::new().enrol(&mut ana).await;
    ana.submit(&form).await.assert_redirect("/account/passkeys");
    for page in ["/account", "/account/factor", "/account/passkeys"] {
        assert!(!ana.get(page).await.has("[name='code']"), "{page}");
    }
    for (action, _) in CHANGES.iter().filter(|(action, _)| !action.contains("factor")) {
        let form = self::form(&mut ana, action).await;
        ana.submit(&form).await.assert_status(303);
    }
}

#[tokio::test]
async fn a_form_from_before_there_was_one_comes_back_with_the_field() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let form = form(&mut ana, "/account/password").await;
    let mut ana = Person::with(ana, email).await;
    let answer = ana.browser.htmx(Htmx::Partial).submit(&form).await;
    answer.assert_message("code", &Message::new("factor-code-wrong"), Language::Spanish);
}

#[tokio::test]
async fn a_code_that_somebody_sent_whose_sign_in_had_ended_is_kept_nowhere() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = person(&replica, &shop).await;
    let form = form(&mut ana.browser, "/account/email").await.fill("code", &ana.recovery_codes[0]);
    ana.browser.forget_cookie("bodega_session");
    let answer = ana.browser.submit(&form).await;
    let draft = answer.location().unwrap().rsplit_once("draft%3D").expect("the rest is kept").1.to_owned();
    let kept = replica.app.redis.get(&format!("bodega:draft:{draft}")).await.unwrap().unwrap();
    assert!(kept.contains(form.value("email")) && !kept.contains(&ana.recovery_codes[0]), "{kept}");
}
