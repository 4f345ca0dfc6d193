//! A forgotten password, and the link that sets a new one.

use std::time::Duration;

use bodega::web::{Language, Message};
use diesel_async::RunQueryDsl;

use crate::support::{
    Answer, Browser, Form, MailServer, PASSWORD, Replica, Server, Shop, shared_mysql, unique,
};

const NEW: &str = "nueve faros verdes 28";

struct Place {
    shop: Shop,
    server: MailServer,
    replica: Replica,
}

impl Place {
    async fn new() -> Self {
        Self::of(Shop::new().await).await
    }

    async fn of(shop: Shop) -> Self {
        let server = MailServer::new().await;
        let replica = shop.replica_with(&[&server.url()]).await;
        Self { shop, server, replica }
    }

    async fn ask(&self, email: &str) -> Answer {
        let mut visitor = self.replica.visitor();
        let form = visitor.get("/password/forgotten").await.form_to("/password/forgotten");
        visitor.submit(&form.fill("email", email)).await
    }

    /// Asks, and reads the mail.
    async fn link(&self, email: &str) -> String {
        self.ask(email).await.assert_redirect("/password/forgotten/sent");
        self.deliver().await;
        self.server.letters().pop().expect("a mail").link()
    }

    async fn deliver(&self) {
        // The work may go on behind the answer.
        let before = self.server.letters().len();
        for _ in 0..100 {
            self.replica.work().await;
            if self.server.letters().len() > before {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn sql(&self, statement: &str) {
        diesel::sql_query(statement).execute(&mut self.shop.users_connection().await).await.unwrap();
    }
}

async fn set(browser: &mut Browser, link: &str, password: &str) -> Answer {
    let form = browser.get(link).await.form_to(link).fill("password", password);
    browser.submit(&form).await
}

async fn sign_in(replica: &Replica, email: &str, password: &str) -> Answer {
    replica.visitor().submit(&Form::forged("/login", &[("email", email), ("password", password)])).await
}

fn address() -> String {
    unique("ana") + "@example.com"
}

#[tokio::test]
async fn the_answer_is_the_same_whether_or_not_there_is_such_an_account() {
    let place = Place::new().await;
    let email = address();
    place.replica.person_at("Ana", &email).await;
    for asked in [&email, &address()] {
        let answer = place.ask(asked).await;
        answer.assert_redirect("/password/forgotten/sent");
        assert!(answer.body.is_empty() && answer.set_cookies().is_empty());
    }
    place.replica.visitor().get("/password/forgotten/sent").await.assert_page(200, Language::Spanish);
    place.deliver().await;
    let letters = place.server.letters();
    assert_eq!(letters.iter().map(|letter| &letter.to).collect::<Vec<_>>(), [&email]);
}

/// Without a word of whether there is such an account.
#[tokio::test]
async fn what_cannot_be_stored_is_not_said_to_be_sent() {
    let place = Place::new().await;
    let email = address();
    place.replica.person_at("Ana", &email).await;
    let mut forms = vec![];
    for asked in [&email, &address()] {
        let mut visitor = place.replica.visitor();
        let form = visitor.get("/password/forgotten").await.form_to("/password/forgotten");
        forms.push((visitor, form.fill("email", asked)));
    }
    let mut holder = place.shop.users_connection().await;
    diesel_async::SimpleAsyncConnection::batch_execute(&mut holder, "LOCK TABLES submissions WRITE")
        .await
        .unwrap();
    for (visitor, form) in &mut forms {
        visitor.submit(form).await.assert_page(503, Language::Spanish);
    }
    diesel_async::SimpleAsyncConnection::batch_execute(&mut holder, "UNLOCK TABLES").await.unwrap();
    for (visitor, form) in &mut forms {
        visitor.submit(form).await.assert_redirect("/password/forgotten/sent");
    }
    place.deliver().await;
    assert_eq!(place.server.letters().len(), 1);
}

#[tokio::test]
async fn the_link_sets_a_password_once_ends_all_sign_ins_and_signs_nobody_in() {
    let place = Place::new().await;
    let email = address();
    let mut ana = place.replica.person_at("Ana", &email).await;
    let link = place.link(&email).await;
    let mut visitor = place.replica.visitor();
    let short = set(&mut visitor, &link, "corta").await;
    short.assert_message("password", &Message::new("password-too-short"), Language::Spanish);
    let personal = set(&mut visitor, &link, &email).await;
    personal.assert_message("password", &Message::new("password-personal"), Language::Spanish);

    set(&mut visitor, &link, NEW).await.assert_redirect("/password/set");
    visitor.get("/password/set").await.assert_page(200, Language::Spanish);
    visitor.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    ana.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    assert_eq!(ana.get("/login").await.alert(), Language::Spanish.text("ended-password"));
    sign_in(&place.replica, &email, PASSWORD).await.assert_status(422);
    sign_in(&place.replica, &email, NEW).await.assert_redirect("/products");
    visitor.get(&link).await.assert_page(404, Language::Spanish);
}

#[tokio::test]
async fn the_form_that_arrives_twice_is_answered_twice_and_another_password_is_not_set() {
    let place = Place::new().await;
    let email = address();
    place.replica.person_at("Ana", &email).await;
    let link = place.link(&email).await;
    let mut visitor = place.replica.visitor();
    let form = visitor.get(&link).await.form_to(&link);
    for _ in 0..2 {
        visitor.submit(&form.clone().fill("password", NEW)).await.assert_redirect("/password/set");
    }
    let other = form.fill("password", "siete botes rojos 77");
    visitor.submit(&other).await.assert_page(404, Language::Spanish);
    sign_in(&place.replica, &email, NEW).await.assert_redirect("/products");
    place.replica.has_failed_often_at(&email).await;
    visitor.submit(&other).await.assert_page(404, Language::Spanish);
    sign_in(&place.replica, &email, NEW).await.assert_status(429);
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_sets_the_password() {
    let place = Place::new().await;
    let email = address();
    place.replica.person_at("Ana", &email).await;
    let link = place.link(&email).await;
    let (mut a, mut b) = (place.replica.visitor(), place.replica.visitor());
    let (first, second) = tokio::join!(set(&mut a, &link, NEW), set(&mut b, &link, "siete botes rojos 77"));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

#[tokio::test]
async fn a_link_that_is_forged_superseded_expired_or_for_something_else_is_no_good() {
    let place = Place::new().await;
    let email = address();
    let mut ana = place.replica.person_at("Ana", &email).await;
    let first = place.link(&email).await;
    let second = place.link(&email).await;
    let mut visitor = place.replica.visitor();
    let form = visitor.get(&second).await.form_to(&second).fill("password", NEW);
    let changed = format!("{}A", &second[..second.len() - 1]);
    let elsewhere = second.replace("/password/new/", "/account/email/");
    for link in [&first, &changed, &"/password/new/x".to_owned(), &elsewhere] {
        visitor.get(link).await.assert_page(404, Language::Spanish);
        let fresh = visitor.get("/password/forgotten").await.form_to("/password/forgotten");
        let forged =
            Form { action: link.clone(), ..form.clone() }.fill("_submission", fresh.value("_submission"));
        visitor.submit(&forged).await.assert_page(404, Language::Spanish);
    }
    place.sql("UPDATE links SET expires_at = NOW(6) - INTERVAL 1 DAY").await;
    visitor.submit(&form).await.assert_page(404, Language::Spanish);
    ana.get("/products").await.assert_status(200);
    sign_in(&place.replica, &email, PASSWORD).await.assert_redirect("/products");
}

#[tokio::test]
async fn an_emptied_redis_makes_no_link_good_again() {
    let redis = Server::redis();
    let place = Place::of(Shop::on(&shared_mysql(), &redis.address()).await).await;
    let email = address();
    place.replica.person_at("Ana", &email).await;
    let link = place.link(&email).await;
    let mut visitor = place.replica.visitor();
    set(&mut visitor, &link, NEW).await.assert_redirect("/password/set");
    place.replica.app.redis.script("return #redis.call('FLUSHALL')", vec![], vec![]).await.unwrap();
    visitor.get(&link).await.assert_page(404, Language::Spanish);
}

#[tokio::test]
async fn a_disabled_person_gets_no_link_and_one_from_before_is_no_good() {
    let place = Place::new().await;
    let email = address();
    place.replica.person_at("Ana", &email).await;
    let link = place.link(&email).await;
    place.sql("UPDATE accounts SET disabled_at = NOW(6)").await;
    place.replica.visitor().get(&link).await.assert_page(404, Language::Spanish);
    place.ask(&email).await.assert_redirect("/password/forgotten/sent");
    place.deliver().await;
    assert_eq!(place.server.letters().len(), 1);
}

#[tokio::test]
async fn neither_a_person_nor_an_address_is_flooded_with_mail() {
    let place = Place::new().await;
    let email = address();
    place.replica.person_at("Ana", &email).await;
    for _ in 0..5 {
        place.ask(&email).await.assert_redirect("/password/forgotten/sent");
    }
    place.deliver().await;
    assert!(place.server.letters().len() <= 3);
    let mut visitor = place.replica.visitor();
    for _ in 0..30 {
        let form = visitor.get("/password/forgotten").await.form_to("/password/forgotten");
        let answer = visitor.submit(&form.fill("email", address())).await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").is_some() && !answer.alert().is_empty());
            return;
        }
    }
    panic!("thirty requests from one address, and no 429");
}

/// From many networks, which no limit of one address stops.
#[tokio::test]
async fn nor_by_requests_that_come_at_once() {
    let place = Place::new().await;
    let email = address();
    place.replica.person_at("Ana", &email).await;
    let asked = futures_util::future::join_all((0..12).map(|_| place.ask(&email))).await;
    for answer in &asked {
        answer.assert_redirect("/password/forgotten/sent");
    }
    place.deliver().await;
    assert_eq!(place.server.letters().len(), 3);
}

#[tokio::test]
async fn without_mail_people_hear_who_can_help_them() {
    let replica = Shop::new().await.replica().await;
    let page = replica.visitor().get("/password/forgotten").await;
    page.assert_page(200, Language::Spanish);
    assert!(page.text().contains("administra Bodega") && !page.has("#reset-form"));
}
