//! What a replica writes into its log, and what never.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use serde_json::Value;

use crate::process::{Serving, environment, get, run};
use crate::support::{
    Answer, Browser, MailServer, PASSWORD, Phone, Replica, Shop, shared_mysql, shared_redis, unique,
};
use crate::way;

const WRONG: &str = "ocho trenes rojos 56";
const NEW: &str = "nueve faros verdes 28";

/// An installation with one replica that runs, and more settings for it.
async fn replica(settings: &[(&'static str, String)]) -> (Shop, Serving) {
    let shop = Shop::empty(&shared_mysql(), &shared_redis()).await;
    let mut environment = environment(&shop);
    assert!(run(&["migrate"], &environment).status.success());
    environment.extend(settings.iter().cloned());
    let mut replica = Serving::new(environment);
    replica.log_until("\"ready\"").await;
    (shop, replica)
}

#[tokio::test]
async fn an_unexpected_error_is_logged_with_its_cause_and_the_request() {
    let (shop, mut replica) = replica(&[]).await;
    shop.users_connection().await.batch_execute("DROP TABLE links").await.unwrap();
    let answer = get(&replica.listen, &format!("/password/new/{}", "A".repeat(32))).await;
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id");
    let log = replica.log_until("request failed").await;
    let line: Value = serde_json::from_str(log.last().unwrap()).unwrap();
    assert_eq!(
        (&line["level"], &line["request_id"], &line["status"]),
        (&"ERROR".into(), &id.into(), &500.into())
    );
    let cause = line["cause"].as_str().unwrap_or_else(|| panic!("no cause: {line}"));
    assert!(cause.contains("links") && cause.contains("doesn't exist"), "{cause}");
    assert!(!answer.contains("links"), "{answer}");
}

#[tokio::test]
async fn no_password_cookie_link_or_code_stands_anywhere_in_it() {
    let server = MailServer::new().await;
    let smtp = server.url().trim_start_matches("--smtp-url=").to_owned();
    let settings = [("BODEGA_SMTP_URL", smtp), ("BODEGA_LOG", "bodega=debug,info".to_owned())];
    let (shop, mut replica) = replica(&settings).await;
    let mut journey = Journey::new(way::to(&replica.listen, &shop), server).await;
    journey.register_and_sign_in().await;
    journey.use_a_second_factor().await;
    journey.invite_somebody().await;
    journey.forget_the_password().await;
    replica.signal("TERM");
    let log = replica.log_until("\"drained\"").await;

    let said = log.iter().map(|line| words(line)).collect::<Vec<_>>().join("\n");
    for sign in ["sign-in-failed", "factor-added", "/password/new/~", "/invitations/~", "/login/factor"] {
        assert!(said.contains(sign), "{sign} is not in the log:\n{said}");
    }
    assert!(journey.secrets.len() > 25, "{:?}", journey.secrets);
    for secret in &journey.secrets {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for spelling in [secret, &encoded] {
            assert!(!said.contains(spelling.as_str()), "{spelling} is in the log:\n{said}");
        }
    }
}

/// What is refused after all has not happened: the code is as unused as before.
#[tokio::test]
async fn what_was_rolled_back_has_no_line_and_what_was_done_has_one() {
    let (shop, mut replica) = replica(&[]).await;
    let mut ana = way::to(&replica.listen, &shop).person("Ana").await;
    let (_, _, codes) = Phone::set_up(&mut ana).await;
    let code = codes.texts(".codes code").remove(0);
    let account = ana.get("/account").await;
    let form =
        account.form_to("/account/email").fill("email", account.attribute("header .person", "data-email"));
    ana.submit(&form.fill("current_password", PASSWORD).fill("code", &code)).await.assert_status(422);
    let form = ana.get("/account/factor").await.form_to("/account/factor/codes");
    ana.submit(&form.fill("password", PASSWORD).fill("code", &code)).await.assert_status(200);
    ana.submit(&crate::support::Form::forged("/logout", &[])).await.assert_redirect("/login");
    replica.signal("TERM");
    let log = replica.log_until("\"drained\"").await;
    for event in ["registered", "signed-in", "recovery-code-used", "recovery-codes-made", "signed-out"] {
        let event = format!("\"event\":\"{event}\"");
        assert_eq!(log.iter().filter(|line| line.contains(&event)).count(), 1, "{event} in {log:#?}");
    }
}

/// A line without its numbers of chance, in which six digits could stand that are also a code.
fn words(line: &str) -> String {
    let mut line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
    for name in ["timestamp", "request_id", "ms"] {
        line.as_object_mut().expect("an object").remove(name);
    }
    line.to_string()
}

/// A person's way through everything that has to do with secrets, and the secrets on it.
struct Journey {
    replica: Replica,
    server: MailServer,
    email: String,
    browser: Browser,
    secrets: Vec<String>,
}

impl Journey {
    /// Somebody who has just registered, as the first one.
    async fn new(replica: Replica, server: MailServer) -> Self {
        let email = unique("ana") + "@example.com";
        let browser = replica.person_at("Ana", &email).await;
        let secrets = [PASSWORD, WRONG, NEW].map(str::to_owned).to_vec();
        Self { replica, server, email, browser, secrets }
    }

    /// From now on is not to be found in the log.
    fn hide(&mut self, secret: &str) {
        assert!(!secret.is_empty());
        self.secrets.push(secret.to_owned());
    }

    fn hide_cookies(&mut self) {
        for name in ["bodega_session", "bodega_device"] {
            let value = self.browser.cookie(name).unwrap_or_else(|| panic!("no cookie {name}")).to_owned();
            self.hide(&value);
        }
    }

    async fn sign_out(&mut self) {
        let form = self.browser.get("/").await.form_to("/logout");
        self.browser.submit(&form).await.assert_redirect("/login");
    }

    /// What the form with the password is answered.
    async fn first_step(&mut self, password: &str) -> Answer {
        let form = self.browser.get("/login").await.form_to("/login");
        self.browser.submit(&form.fill("email", &self.email).fill("password", password)).await
    }

    async fn register_and_sign_in(&mut self) {
        self.hide_cookies();
        self.sign_out().await;
        self.first_step(WRONG).await.assert_status(422);
        self.first_step(PASSWORD).await.assert_redirect("/products");
        self.hide_cookies();
    }

    async fn use_a_second_factor(&mut self) {
        let page = self.browser.get("/account/factor/new").await;
        let (phone, form) = (Phone::of(&page), page.form_to("/account/factor"));
        let key = page.text_of(".key code");
        for secret in [&key, &key.replace(' ', ""), form.value("ticket"), &phone.code(0), &phone.code(1)] {
            self.hide(secret);
        }
        let form = form.fill("code", phone.code(0)).fill("password", PASSWORD);
        let recovery_codes = self.browser.submit(&form).await.texts(".codes code");
        assert_eq!(recovery_codes.len(), 10);
        for code in &recovery_codes {
            self.hide(code);
        }
        for (field, code, status) in [
            ("code", phone.wrong_code(), 422),
            ("code", phone.code(1), 303),
            ("recovery_code", recovery_codes[0].clone(), 303),
        ] {
            self.browser.forget_cookie("bodega_session");
            let form = self.first_step(PASSWORD).await.form_to("/login/factor");
            self.hide(form.value("ticket"));
            self.hide(&code);
            self.browser.submit(&form.fill(field, code)).await.assert_status(status);
        }
        self.hide_cookies();
    }

    async fn forget_the_password(&mut self) {
        let form = self.browser.get("/password/forgotten").await.form_to("/password/forgotten");
        let form = form.fill("email", &self.email);
        self.browser.submit(&form).await.assert_redirect("/password/forgotten/sent");
        let link = self.mailed("/password/new/").await;
        self.hide(link.rsplit('/').next().unwrap());
        let form = self.browser.get(&link).await.form_to(&link);
        self.browser.submit(&form.clone().fill("password", "corta")).await.assert_status(422);
        self.browser.submit(&form.fill("password", NEW)).await.assert_redirect("/password/set");
        assert!(!self.browser.get(&link).await.has("[name='password']"), "it is used");
    }

    async fn invite_somebody(&mut self) {
        let form = self.browser.get("/users/invitations").await.form("#invitation-form");
        let form = form.fill("email", unique("eva") + "@example.com");
        self.browser.submit(&form).await.assert_status(303);
        let link = self.mailed("/invitations/").await;
        self.hide(link.rsplit('/').next().unwrap());
        let mut eva = self.replica.visitor();
        let form = eva.get(&link).await.form_to(&link);
        let form = form.fill("first_name", "Eva").fill("last_name", "Prueba").fill("password", PASSWORD);
        eva.submit(&form).await.assert_redirect("/products");
        self.hide(&eva.session());
    }

    /// The path of a link that comes by mail.
    async fn mailed(&self, beginning: &str) -> String {
        for _ in 0..600 {
            let letters = self.server.letters();
            if let Some(letter) = letters.iter().find(|letter| letter.text.contains(beginning)) {
                return letter.link();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail with {beginning}");
    }
}
