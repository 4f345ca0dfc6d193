//! How often a password may be tried.

use bodega::auth::{self, Action, RateLimiter, Subject};
use bodega::id::Id;
use bodega::redis::Redis;
use bodega::web::Language;

use crate::support::{Answer, Browser, Form, PASSWORD, Replica, Shop, unique};

async fn guess(browser: &mut Browser, email: &str) -> Answer {
    browser.submit(&Form::forged("/login", &[("email", email), ("password", "wrong guess")])).await
}

/// Tries until it is refused; which try that was, and the answer.
async fn guess_until_refused(replicas: &[Replica], email: &str) -> (usize, Answer) {
    for count in 1..=10 {
        let answer = guess(&mut replicas[count % replicas.len()].visitor(), email).await;
        if answer.status == 429 {
            return (count, answer);
        }
        answer.assert_status(422);
    }
    panic!("ten wrong passwords, and no 429");
}

#[tokio::test]
async fn the_tenth_failure_at_the_latest_has_to_wait_whichever_replica_it_asks() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let (count, answer) = guess_until_refused(&replicas, &(unique("ana") + "@example.com")).await;
    assert!(count > 5, "five failures cost nothing, and this was number {count}");
    answer.assert_page(429, Language::Spanish);
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&seconds));
    assert!(!answer.alert().is_empty() && answer.has("form[action='/login']"));
}

#[tokio::test]
async fn the_account_is_counted_whatever_its_case_and_the_right_password_waits_too() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    replica.person_at("Ana", &email).await;
    replica.has_failed_often_at(&email).await;
    guess(&mut replica.visitor(), &email).await.assert_status(422);
    let form = Form::forged("/login", &[("email", &email.to_uppercase()), ("password", PASSWORD)]);
    replica.visitor().submit(&form).await.assert_status(429);
}

#[tokio::test]
async fn a_success_makes_the_count_begin_anew() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    replica.person_at("Ana", &email).await;
    for _ in 0..3 {
        for _ in 0..4 {
            guess(&mut replica.visitor(), &email).await.assert_status(422);
        }
        let form = Form::forged("/login", &[("email", &email), ("password", PASSWORD)]);
        replica.visitor().submit(&form).await.assert_redirect("/products");
    }
}

#[tokio::test]
async fn parallel_guesses_do_not_pass_together() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let email = unique("ana") + "@example.com";
    let tasks: Vec<_> = (0..20)
        .map(|count| {
            let (mut browser, email) = (replicas[count % 2].visitor(), email.clone());
            tokio::spawn(async move { guess(&mut browser, &email).await.status })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        refused += usize::from(task.await.unwrap() == 429);
    }
    assert!(refused >= 10, "{refused} of 20 were refused");
}

#[tokio::test]
async fn a_hundred_failures_from_one_address_are_enough() {
    let replica = Shop::new().await.replica().await;
    let limiter = auth::rate_limiter(&replica.app);
    let mut browser = replica.visitor();
    let address = format!("2001:db8:{:x}:{:x}::1", rand::random::<u16>(), rand::random::<u16>());
    browser.with("x-forwarded-for", &address);
    for _ in 0..99 {
        limiter.try_once(Subject::Account(&unique("x")), &address).await.unwrap();
    }
    guess(&mut browser, &unique("x")).await.assert_status(422);
    let answer = guess(&mut browser, &unique("x")).await;
    answer.assert_page(429, Language::Spanish);
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() <= 600);
    // The next customer's network is another one.
    guess(&mut replica.visitor(), &unique("x")).await.assert_status(422);
}

#[tokio::test]
async fn without_redis_there_is_room_for_so_many_and_whoever_is_known_goes_on_beyond_it() {
    let nowhere = Redis::new(&"redis://127.0.0.1:9".parse().unwrap()).unwrap();
    let limiter = RateLimiter::with_room(nowhere, 4);
    let (here, elsewhere) = ("192.0.2.1", "198.51.100.1");
    // Three accounts and an address.
    for account in ["ana@example.com", "luis@example.com", "eva@example.com"] {
        limiter.try_once(Subject::Account(account), here).await.unwrap();
    }
    let full = limiter.try_once(Subject::Account("ivan@example.com"), here).await.unwrap_err();
    assert!((1..=600).contains(&full.as_secs()), "{full:?}");
    limiter.try_once(Subject::Account("ana@example.com"), elsewhere).await.unwrap_err();
    for network in 1..=4 {
        limiter.count(Action::Register, &format!("2001:db8:0:{network}::1")).await.unwrap();
    }
    limiter.count(Action::Register, elsewhere).await.unwrap_err();
    // Those that are counted already.
    limiter.try_once(Subject::Account("ana@example.com"), here).await.unwrap();
    limiter.succeeded(Subject::Account("ana@example.com"), here).await;
    // Nobody makes up these; and they are counted, too.
    let device = Subject::Device(&[7; 32]);
    for known in [device, Subject::Own(Id::new()), Subject::Factor(Id::new())] {
        limiter.try_once(known, elsewhere).await.unwrap();
    }
    let mut waits = 0;
    for _ in 0..9 {
        waits += usize::from(limiter.try_once(device, elsewhere).await.is_err());
    }
    assert!(waits > 0, "ten failures without a wait");
}

#[tokio::test]
async fn a_hundred_passkeys_that_are_none_from_one_address_are_enough() {
    let replica = Shop::new().await.replica().await;
    let mut browser = replica.visitor();
    let address = format!("2001:db8:{:x}:{:x}::1", rand::random::<u16>(), rand::random::<u16>());
    browser.with("x-forwarded-for", &address);
    for _ in 0..99 {
        auth::rate_limiter(&replica.app).count(Action::PasskeySignIn, &address).await.unwrap();
    }
    let garbage = Form::forged("/login/passkey", &[("challenge", "x"), ("credential", "{}")]);
    browser.submit(&garbage).await.assert_status(422);
    let answer = browser.submit(&garbage).await;
    answer.assert_page(429, Language::Spanish);
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() <= 600);
    assert!(!answer.alert().is_empty() && answer.has("form[action='/login']"));
}
