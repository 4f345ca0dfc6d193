//! Letting somebody in: what was proven has to hold still when the sign-in is stored, and its entry in the
//! security log is stored with it.

use bodega::auth;
use bodega::cli::operator::changes::{Change, apply};
use bodega::db::Connection;
use bodega::db::users_schema::{security_log, sign_ins};
use bodega::web::{Language, Message};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::factor::{Person, Phone, first_step, logged};
use crate::passkeys::{Device, person_with_a_passkey};
use crate::support::{Answer, Browser, Form, PASSWORD, Replica, Shop, unique};

const NEW: &str = "nueve faros verdes 28";

/// Keeps everybody from reading or writing a table while it is shut.
struct Gate {
    holder: Connection,
    eyes: Connection,
}

impl Gate {
    /// Shut to sign-ins between the right password and what comes after it.
    async fn after_the_password(shop: &Shop) -> Self {
        Self::before(shop, "factors").await
    }

    async fn before(shop: &Shop, table: &str) -> Self {
        let (mut holder, eyes) = (shop.users_connection().await, shop.users_connection().await);
        holder.batch_execute(&format!("LOCK TABLES {table} WRITE")).await.unwrap();
        Self { holder, eyes }
    }

    /// Until somebody stands before it.
    async fn has_a_visitor(&mut self) {
        let waiting = "SELECT COUNT(*) AS count FROM information_schema.processlist \
                       WHERE db = DATABASE() AND state = 'Waiting for table metadata lock'";
        while count(waiting, &mut self.eyes).await == 0 {
            tokio::task::yield_now().await;
        }
    }

    async fn open(mut self) {
        self.holder.batch_execute("UNLOCK TABLES").await.unwrap();
    }
}

async fn count(query: &str, connection: &mut Connection) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    diesel::sql_query(query).get_result::<Count>(connection).await.unwrap().count
}

fn address() -> String {
    unique("ana") + "@example.com"
}

fn login(email: &str, password: &str) -> Form {
    Form::forged("/login", &[("email", email), ("password", password)])
}

#[track_caller]
fn assert_wrong(answer: &Answer, browser: &Browser) {
    answer.assert_page(422, Language::Spanish);
    assert_eq!(answer.alert(), Message::new("login-failed").text(Language::Spanish));
    assert_eq!(browser.cookie("bodega_session"), None);
}

/// A sign-in with the right password, and what happens between the look at the password and the sign-in.
async fn meanwhile(
    replica: &Replica,
    shop: &Shop,
    email: &str,
    happens: impl AsyncFnOnce(),
) -> (Browser, Answer) {
    let (mut visitor, mut gate) = (replica.visitor(), Gate::after_the_password(shop).await);
    let form = login(email, PASSWORD);
    let (answer, ()) = tokio::join!(visitor.submit(&form), async {
        gate.has_a_visitor().await;
        happens().await;
        gate.open().await;
    });
    (visitor, answer)
}

#[tokio::test]
async fn a_sign_in_by_a_password_that_has_changed_meanwhile_is_none() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = address();
    replica.person_at("Ana", &email).await;
    let hash = auth::hasher(&replica.app).hash(NEW.to_owned()).await.unwrap();
    let change = async || {
        apply(&email, Change::Password { hash, mail: false }, &replica.app.users).await.unwrap();
    };
    let (visitor, answer) = meanwhile(&replica, &shop, &email, change).await;
    assert_wrong(&answer, &visitor);
    replica.visitor().submit(&login(&email, NEW)).await.assert_redirect("/products");
}

#[tokio::test]
async fn a_sign_in_by_a_password_that_a_link_has_replaced_meanwhile_is_none() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let email = address();
    let luis = crate::roles::add_account(&replica, &email, bodega::web::Role::Clerk).await.id;
    let luis = format!("/users/{luis}");
    let form = ana.get(&luis).await.form_to(&format!("{luis}/password-link"));
    let link = ana.submit(&form).await.attribute(".link input", "value");
    let link = link.trim_start_matches("http://localhost:8080").to_owned();
    let mut reader = replica.visitor();
    let form = reader.get(&link).await.form_to(&link).fill("password", NEW);
    let set = async || {
        reader.submit(&form).await.assert_redirect("/password/set");
    };
    let (visitor, answer) = meanwhile(&replica, &shop, &email, set).await;
    assert_wrong(&answer, &visitor);
}

#[tokio::test]
async fn a_sign_in_of_somebody_who_was_disabled_and_enabled_meanwhile_is_none() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    replica.person("Ana").await;
    let email = address();
    replica.person_at("Luis", &email).await;
    let disable = async || {
        for change in [Change::Disable, Change::Enable] {
            apply(&email, change, &replica.app.users).await.unwrap();
        }
    };
    let (visitor, answer) = meanwhile(&replica, &shop, &email, disable).await;
    assert_wrong(&answer, &visitor);
    replica.visitor().submit(&login(&email, PASSWORD)).await.assert_redirect("/products");
}

#[tokio::test]
async fn the_code_is_not_asked_for_on_the_strength_of_a_password_that_has_changed_meanwhile() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let ana = Person::new(&replica).await;
    let hash = auth::hasher(&replica.app).hash(NEW.to_owned()).await.unwrap();
    let change = async || {
        apply(&ana.email, Change::Password { hash, mail: false }, &replica.app.users).await.unwrap();
    };
    let (mut visitor, answer) = meanwhile(&replica, &shop, &ana.email, change).await;
    if answer.status == 200 {
        let form = answer.form_to("/login/factor").fill("code", ana.phone.code(1));
        visitor.submit(&form).await.assert_status(422);
    }
    assert_eq!(visitor.cookie("bodega_session"), None);
}

#[tokio::test]
async fn between_password_and_code_a_change_of_the_account_lets_one_begin_anew() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    replica.person("Primera").await;
    let ana = Person::new(&replica).await;
    let mut visitor = replica.visitor();
    let form = first_step(&mut visitor, &ana.email).await.form_to("/login/factor");
    for change in [Change::Disable, Change::Enable] {
        apply(&ana.email, change, &replica.app.users).await.unwrap();
    }
    visitor.submit(&form.fill("code", ana.phone.code(1))).await.assert_page(422, Language::Spanish);
    assert_eq!(visitor.cookie("bodega_session"), None);
}

/// The sign-in waits for the lock of a change that removes the passkey.
#[tokio::test]
async fn a_sign_in_by_a_passkey_that_was_removed_meanwhile_is_none() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (_, mut device) = person_with_a_passkey(&replica).await;
    let mut visitor = replica.visitor();
    let form = device.sign(&mut visitor, "/login").await;
    let (mut change, mut eyes) = (shop.users_connection().await, shop.users_connection().await);
    change.batch_execute("START TRANSACTION; SELECT id FROM accounts FOR UPDATE").await.unwrap();
    let (answer, ()) = tokio::join!(visitor.submit(&form), async {
        let waiting = "SELECT COUNT(*) AS count FROM information_schema.processlist \
                       WHERE db = DATABASE() AND command <> 'Sleep' AND info LIKE '%accounts%' \
                       AND info NOT LIKE '%processlist%'";
        while count(waiting, &mut eyes).await == 0 {
            tokio::task::yield_now().await;
        }
        change.batch_execute("DELETE FROM passkeys; COMMIT").await.unwrap();
    });
    answer.assert_page(422, Language::Spanish);
    assert_eq!(visitor.cookie("bodega_session"), None);
}

/// Whoever knows the old password and is in does not stay by a passkey that they add at that moment.
#[tokio::test]
async fn no_way_in_is_added_by_a_password_that_has_changed_meanwhile() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = address();
    let mut thief = replica.person_at("Ana", &email).await;
    let passkey = Device::new().enrol(&mut thief).await;
    let page = thief.get("/account/factor/new").await;
    let hash = auth::hasher(&replica.app).hash(NEW.to_owned()).await.unwrap();
    let factor =
        page.form_to("/account/factor").fill("code", Phone::of(&page).code(0)).fill("password", PASSWORD);
    for (form, table) in [(passkey, "passkeys"), (factor, "factors")] {
        // After the look at the password, before the change.
        let mut gate = Gate::before(&shop, "submissions").await;
        let (answer, ()) = tokio::join!(thief.submit(&form), async {
            gate.has_a_visitor().await;
            apply(&email, Change::Password { hash: hash.clone(), mail: false }, &replica.app.users)
                .await
                .unwrap();
            gate.open().await;
        });
        assert_ne!(answer.status, 200, "no recovery codes");
        let added = format!("SELECT COUNT(*) AS count FROM {table}");
        assert_eq!(count(&added, &mut shop.users_connection().await).await, 0, "{table}");
        // In again, and with the old password once more.
        let old = auth::hasher(&replica.app).hash(PASSWORD.to_owned()).await.unwrap();
        apply(&email, Change::Password { hash: old, mail: false }, &replica.app.users).await.unwrap();
        thief.submit(&login(&email, PASSWORD)).await.assert_redirect("/products");
    }
}

#[tokio::test]
async fn no_sign_in_by_the_old_password_survives_its_change_whenever_it_comes() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let email = address();
    let mut ana = replicas[0].person_at("Ana", &email).await;
    let mut old = PASSWORD.to_owned();
    for round in 0..25 {
        let new = format!("nueve faros verdes {round}");
        let change = ana.get("/account").await.form_to("/account/password");
        let change = change.fill("current_password", &old).fill("password", &new);
        let mut thief = replicas[1].visitor();
        let (changed, _) = tokio::join!(ana.submit(&change), async {
            tokio::time::sleep(std::time::Duration::from_millis(round * 5)).await;
            thief.submit(&login(&email, &old)).await
        });
        changed.assert_redirect("/account");
        for replica in &replicas {
            thief.at(replica).get("/account").await.assert_redirect("/login?next=%2Faccount");
        }
        // Also so that no failure is counted.
        replicas[0].visitor().submit(&login(&email, &new)).await.assert_redirect("/products");
        old = new;
    }
}

#[tokio::test]
async fn a_sign_in_without_its_entry_in_the_log_is_none() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = address();
    let mut ana = replica.person_at("Ana", &email).await;
    let gate = Gate::before(&shop, "security_log").await;
    let mut visitor = replica.visitor();
    visitor.submit(&login(&email, PASSWORD)).await.assert_status(503);
    assert_eq!(visitor.cookie("bodega_session"), None);
    ana.submit(&Form::forged("/logout", &[])).await.assert_status(503);
    ana.get("/products").await.assert_status(200);
    gate.open().await;
    assert_eq!((logged(&shop, "signed-in").await, logged(&shop, "signed-out").await), (1, 0));
    visitor.submit(&login(&email, PASSWORD)).await.assert_redirect("/products");
    assert_eq!((logged(&shop, "signed-in").await, logged(&shop, "signed-out").await), (2, 0));
    for _ in 0..2 {
        ana.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
        assert_eq!((logged(&shop, "signed-in").await, logged(&shop, "signed-out").await), (2, 1));
    }
    let mut connection = shop.users_connection().await;
    let who = security_log::table.filter(security_log::event.eq("signed-out"));
    let who = who.select((security_log::actor, security_log::subject));
    assert_eq!(who.first::<(String, String)>(&mut connection).await.unwrap(), (email.clone(), email));
    assert_eq!(sign_ins::table.count().get_result::<i64>(&mut connection).await.unwrap(), 2);
}

/// The two ways of locking a sign-in and its account, at once and often.
#[tokio::test]
async fn changes_of_an_account_and_telling_redis_of_its_sign_ins_do_not_lock_each_other_out() {
    let server = crate::support::Server::mysql();
    let shop = Shop::on(&server.address(), &crate::support::shared_redis()).await;
    let replicas = [shop.replica().await, shop.replica().await];
    let email = address();
    let mut browsers = vec![replicas[0].person_at("Ana", &email).await];
    for replica in &replicas {
        browsers.push(replica.sign_in(&email).await);
    }
    let changes = browsers.into_iter().enumerate().map(|(number, mut browser)| {
        let replica = replicas[number % 2].clone();
        tokio::spawn(async move {
            for round in 0..60 {
                let form = browser.get("/account").await.form_to("/account");
                let form = form.fill("first_name", format!("Ana {number} {round}"));
                browser.submit(&form).await.assert_redirect("/account");
                auth::sessions(&replica.app).store().sync().await.unwrap();
            }
        })
    });
    for change in changes.collect::<Vec<_>>() {
        change.await.unwrap();
    }
    let deadlocks =
        "SELECT count AS count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'";
    assert_eq!(count(deadlocks, &mut shop.users_connection().await).await, 0);
}
