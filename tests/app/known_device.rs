//! A browser that its owner has signed in with before is not kept out by those who hammer the account.

use crate::support::{Browser, Form, PASSWORD, Replica, Shop, unique};

async fn guess(browser: &mut Browser, email: &str, password: &str) -> u16 {
    browser.submit(&Form::forged("/login", &[("email", email), ("password", password)])).await.status
}

async fn hammer(replica: &Replica, email: &str) {
    replica.has_failed_often_at(email).await;
    for status in [422, 429] {
        assert_eq!(guess(&mut replica.visitor(), email, "a wrong guess").await, status);
    }
}

#[tokio::test]
async fn the_owner_gets_in_by_a_known_device_while_others_wait() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let email = unique("ana") + "@example.com";
    let mut ana = replicas[0].person_at("Ana", &email).await;
    ana.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    hammer(&replicas[0], &email).await;
    assert_eq!(guess(&mut replicas[1].visitor(), &email, PASSWORD).await, 429);
    assert_eq!(guess(ana.at(&replicas[1]), &email, PASSWORD).await, 303);
    assert_eq!(guess(&mut replicas[1].visitor(), &email, PASSWORD).await, 429, "others still wait");
}

#[tokio::test]
async fn a_known_device_has_no_more_guesses_than_others() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let ana = replica.person_at("Ana", &email).await;
    let mut thief = replica.visitor();
    thief.set_cookie("bodega_device", ana.cookie("bodega_device").unwrap());
    for _ in 0..10 {
        if guess(&mut thief, &email, "a wrong guess").await == 429 {
            return;
        }
    }
    panic!("ten wrong passwords, and no 429");
}

#[tokio::test]
async fn the_device_of_one_account_and_forged_ones_are_nobodys_at_another() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    replica.person_at("Ana", &email).await;
    let luis = replica.person("Luis").await;
    hammer(&replica, &email).await;
    let good = luis.cookie("bodega_device").unwrap();
    for cookie in [good, &good[1..], "AAAA", ""] {
        let mut browser = replica.visitor();
        browser.set_cookie("bodega_device", cookie);
        assert_eq!(guess(&mut browser, &email, PASSWORD).await, 429, "{cookie:?}");
    }
}
