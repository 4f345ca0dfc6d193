//! What administrators and operators do about second factors.

use bodega::accounts::account;
use bodega::cli::operator::factor;
use bodega::db::users_schema::mails;
use bodega::db::{Connection, Database};
use bodega::id::Id;
use bodega::web::{Language, Message, Role};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::{Person, Phone, first_step, logged};
use crate::passkeys::{Device, person_with_a_passkey};
use crate::roles::{add_account, person_as, sign_in};
use crate::support::{Browser, Form, Htmx, Shop, unique};

pub async fn id_of(users: &Database, email: &str) -> Id {
    let find = async |connection: &mut Connection| account::find_by_email(email, connection).await;
    users.run(find).await.unwrap().expect("an account").id
}

/// Turns the requirement on or off, or back.
async fn press(administrator: &mut Browser) {
    let form = administrator.get("/users/settings").await.form_to("/users/settings");
    administrator.submit(&form).await.assert_redirect("/users/settings");
}

/// A key for a form of a signed-in person.
async fn submission(browser: &mut Browser) -> String {
    browser.get("/users/settings").await.form_to("/users/settings").value("_submission").to_owned()
}

#[tokio::test]
async fn an_administrator_resets_it_and_the_person_is_told() {
    let shop = Shop::new().await;
    let replica = shop.replica_with(&["--smtp-url", "smtp://127.0.0.1:9"]).await;
    let mut administrator = replica.person("Eva").await;
    let ana = Person::new(&replica).await;
    let path = format!("/users/{}/factor/reset", id_of(&replica.app.users, &ana.email).await);
    let form = Form::forged(&path, &[("_submission", &submission(&mut administrator).await)]);
    for _ in 0..2 {
        administrator.submit(&form).await.assert_redirect(path.trim_end_matches("/factor/reset"));
    }
    first_step(&mut replica.visitor(), &ana.email).await.assert_redirect("/products");
    let mut connection = shop.users_connection().await;
    let sent = mails::table.filter(mails::body.like("%Eva Prueba%")).select(mails::recipient);
    assert_eq!(sent.load::<String>(&mut connection).await.unwrap(), [ana.email]);
    assert_eq!(logged(&shop, "factor-reset").await, 1);
}

#[tokio::test]
async fn nobody_resets_their_own_or_that_of_nobody_and_only_administrators_may() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = unique("eva") + "@example.com";
    let browser = replica.person_at("Eva", &email).await;
    let mut eva = Person::with(browser, email).await;
    let mut luis = replica.person("Luis").await;
    let own = id_of(&replica.app.users, &eva.email).await;
    for (path, status) in [
        (format!("/users/{own}/factor/reset"), 403),
        (format!("/users/{}/factor/reset", Id::new()), 404),
        ("/users/x/factor/reset".to_owned(), 404),
    ] {
        let form = Form::forged(&path, &[("_submission", &submission(&mut eva.browser).await)]);
        eva.browser.submit(&form).await.assert_page(status, Language::Spanish);
        luis.submit(&form).await.assert_page(403, Language::Spanish);
    }
    eva.first_step(&mut replica.visitor()).await;
}

#[tokio::test]
async fn the_operator_resets_it() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let ana = Person::new(&replica).await;
    let reset = async |email: &str| factor::reset(email, true, &replica.app.users).await.unwrap();
    assert_eq!(reset(&ana.email.to_uppercase()).await, Some(true));
    assert_eq!(reset(&ana.email).await, Some(false));
    assert_eq!(reset("nobody@example.com").await, None);
    first_step(&mut replica.visitor(), &ana.email).await.assert_redirect("/products");
    assert_eq!(logged(&shop, "factor-reset").await, 1);
}

#[tokio::test]
async fn whom_the_requirement_concerns_sets_one_up_before_anything_else() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let emails = [unique("eva"), unique("luis")].map(|name| name + "@example.com");
    let mut administrator = Person::new(&replicas[0]).await.browser;
    replicas[0].person_at("Eva", &emails[0]).await;
    let clerks = shop.replica_with(&["--default-role", "clerk"]).await;
    clerks.person_at("Luis", &emails[1]).await;
    press(&mut administrator).await;
    for htmx in [Htmx::No, Htmx::Partial] {
        let mut visitor = replicas[0].visitor();
        let form = visitor.get("/login").await.form_to("/login");
        visitor.htmx(htmx);
        let form = form.fill("email", &emails[0]).fill("password", crate::support::PASSWORD);
        let page = visitor.submit(&form).await;
        page.assert_status(200);
        assert!(page.has("svg.qr") && page.has(".key code"));
        assert_eq!(visitor.cookie("bodega_session"), None);
        visitor.htmx(Htmx::No).get("/products").await.assert_redirect("/login?next=%2Fproducts");
    }
    let mut visitor = replicas[0].visitor();
    let page = first_step(&mut visitor, &emails[0]).await;
    let phone = Phone::of(&page);
    let form = page.form_to("/login/factor/new");
    let answer = visitor.submit(&form.fill("code", phone.wrong_code())).await;
    answer.assert_message("code", &Message::new("factor-code-wrong"), Language::Spanish);
    let form = answer.form_to("/login/factor/new").fill("code", phone.code(0));
    let codes = visitor.at(&replicas[1]).submit(&form).await;
    codes.assert_page(200, Language::Spanish);
    assert_eq!(codes.texts(".codes code").len(), 10);
    assert_eq!(codes.text_of("header .person"), "Eva Prueba");
    assert_eq!(codes.attribute("main a.primary", "href"), "/products");
    visitor.get("/products").await.assert_page(200, Language::Spanish);
    // Clerks are not concerned; whoever is cannot take it away.
    first_step(&mut replicas[1].visitor(), &emails[1]).await.assert_redirect("/products");
    assert!(!visitor.get("/account/factor").await.has("#removal-form"));
    assert_eq!(logged(&shop, "factor-requirement-changed").await, 1);
}

#[tokio::test]
async fn who_is_concerned_cannot_remove_it_by_a_form_from_before() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = unique("eva") + "@example.com";
    let browser = replica.person_at("Eva", &email).await;
    let mut eva = Person::with(browser, email).await;
    let form = eva.browser.get("/account/factor").await.form_to("/account/factor/remove");
    press(&mut eva.browser).await;
    let form = form.fill("password", crate::support::PASSWORD).fill("code", eva.phone.code(1));
    let answer = eva.browser.submit(&form).await;
    answer.assert_status(422);
    press(&mut eva.browser).await;
    eva.wait(&shop).await;
    let form = eva.browser.get("/account/factor").await.form_to("/account/factor/remove");
    let form = form.fill("password", crate::support::PASSWORD).fill("code", eva.phone.code(0));
    eva.browser.submit(&form).await.assert_redirect("/account/factor");
}

#[tokio::test]
async fn a_form_for_setting_it_up_is_of_no_use_after_the_password_has_changed() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = unique("eva") + "@example.com";
    let mut administrator = Person::new(&replica).await.browser;
    replica.person_at("Eva", &email).await;
    press(&mut administrator).await;
    let mut visitor = replica.visitor();
    let page = first_step(&mut visitor, &email).await;
    let mut connection = shop.users_connection().await;
    let changed = "UPDATE accounts SET password_hash = CONCAT(password_hash, ' ')";
    connection.batch_execute(changed).await.unwrap();
    let form = page.form_to("/login/factor/new").fill("code", Phone::of(&page).code(0));
    visitor.submit(&form).await.assert_status(422);
    assert_eq!(visitor.cookie("bodega_session"), None);
}

/// Whether somebody is in still; if not, for want of a second factor.
async fn is_in(browser: &mut Browser) -> bool {
    let answer = browser.get("/products").await;
    if answer.status == 200 {
        return true;
    }
    answer.assert_redirect("/login?next=%2Fproducts");
    assert_eq!(browser.get("/login").await.alert(), Language::Spanish.text("ended-requirement"));
    false
}

#[tokio::test]
async fn a_requirement_ends_the_sign_ins_of_those_who_do_not_meet_it_on_every_replica() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut boss = Person::new(&replicas[0]).await.browser;
    let with_codes = Person::new(&replicas[0]).await.browser;
    let (with_passkey, _) = person_with_a_passkey(&replicas[0]).await;
    let without = [Role::Administrator, Role::Manager, Role::Clerk, Role::Viewer];
    let [admin, manager, clerk, viewer] = {
        let mut browsers = vec![];
        for role in without {
            browsers.push(person_as(&replicas[1], role).await);
        }
        <[Browser; 4]>::try_from(browsers).ok().unwrap()
    };
    press(&mut boss).await;
    for (mut browser, expected) in [
        (boss.clone(), true),
        (with_codes, true),
        // With it one may have come in by the password alone.
        (with_passkey, false),
        (admin, false),
        (manager, false),
        (clerk, true),
        (viewer, true),
    ] {
        for replica in &replicas {
            assert_eq!(is_in(browser.at(replica)).await, expected);
        }
    }
    assert_eq!(logged(&shop, "sign-in-ended").await, 3);
    press(&mut boss).await;
}

#[tokio::test]
async fn an_administrator_who_does_not_meet_it_cannot_require_it() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut eva = replica.person("Eva").await;
    let mut luis = person_as(&replica, Role::Manager).await;
    for htmx in [Htmx::No, Htmx::Partial] {
        let form = eva.get("/users/settings").await.form_to("/users/settings");
        let answer = eva.htmx(htmx).submit(&form).await;
        answer.assert_status(422);
        let message = Language::Spanish.text("factor-settings-own-first");
        assert_eq!(answer.text_of("[role='alert'] p"), message);
        assert!(answer.has("[role='alert'] a[href='/account/factor']"));
        assert_eq!(answer.has("header"), htmx == Htmx::No);
        eva.htmx(Htmx::No);
    }
    assert!(is_in(&mut luis).await && is_in(&mut eva).await);
    assert_eq!(logged(&shop, "factor-requirement-changed").await, 0);
    let form = eva.get("/users/settings").await.form_to("/users/settings");
    assert_eq!(form.value("factor_required"), "yes");
    // A form that is refused offers what its page offered.
    let foreign = Form::forged("/users/settings", &[("factor_required", "no"), ("_submission", "x")]);
    let refused = eva.submit(&foreign).await;
    refused.assert_status(422);
    assert_eq!(refused.form_to("/users/settings").value("factor_required"), "yes");
    let passkey = Device::new().enrol(&mut eva).await;
    eva.submit(&passkey).await.assert_redirect("/account/passkeys");
    press(&mut eva).await;
    assert!(is_in(&mut eva).await && !is_in(&mut luis).await);
}

#[tokio::test]
async fn it_reaches_whoever_becomes_concerned_or_loses_what_met_it() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut boss = Person::new(&replica).await.browser;
    press(&mut boss).await;
    let mut people = vec![];
    for role in ["viewer", "manager"] {
        let email = unique("luis") + "@example.com";
        let account = add_account(&replica, &email, Role::Clerk).await;
        let mut luis = sign_in(&replica, &email).await;
        let person = format!("/users/{}", account.id);
        let form = boss.get(&person).await.form_to(&format!("{person}/role")).fill("role", role);
        boss.submit(&form).await.assert_redirect(&person);
        assert_eq!(is_in(&mut luis).await, role == "viewer");
        people.push((email, luis));
    }
    // The manager sets one up, which is reset.
    let (email, mut luis) = people.pop().unwrap();
    let page = first_step(&mut luis, &email).await;
    let form = page.form_to("/login/factor/new").fill("code", Phone::of(&page).code(0));
    luis.submit(&form).await.assert_status(200);
    assert!(is_in(&mut luis).await);
    let path = format!("/users/{}/factor/reset", id_of(&replica.app.users, &email).await);
    let form = Form::forged(&path, &[("_submission", &submission(&mut boss).await)]);
    boss.submit(&form).await.assert_status(303);
    assert!(!is_in(&mut luis).await);
}

#[tokio::test]
async fn who_is_concerned_keeps_the_last_passkey_unless_there_are_codes() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (mut eva, _) = person_with_a_passkey(&replica).await;
    press(&mut eva).await;
    let remove = async |eva: &mut Browser| {
        let page = eva.get("/account/passkeys").await;
        let key = page.attribute("input[type='radio']", "value");
        let form = page.form_to("/account/passkeys/remove").fill("passkey", key);
        form.fill("password", crate::support::PASSWORD)
    };
    let form = remove(&mut eva).await;
    let answer = eva.submit(&form).await;
    answer.assert_status(422);
    assert_eq!(answer.alert(), Language::Spanish.text("factor-required-for-you"));
    let mut eva = Person::with(eva, String::new()).await;
    let form = remove(&mut eva.browser).await.fill("code", eva.phone.code(1));
    eva.browser.submit(&form).await.assert_redirect("/account/passkeys");
    assert!(is_in(&mut eva.browser).await);
}
