//! What whoever runs the installation does to accounts from the command line.

use bodega::auth;
use bodega::cli::operator::changes::{Change, apply};
use bodega::cli::operator::factor;
use bodega::cli::operator::{NewAccount, create};
use bodega::config::Organisation;
use bodega::db::users_schema::{mails, security_log};
use bodega::web::{Language, Role};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::factor::Phone;
use crate::support::{Form, PASSWORD, Shop, unique};

const NEW: &str = "nueve faros verdes 28";

#[tokio::test]
async fn an_operator_changes_roles_but_leaves_somebody_to_administer() {
    let replica = Shop::new().await.replica().await;
    let (first, second) = (unique("ana") + "@example.com", unique("luis") + "@example.com");
    let mut ana = replica.person_at("Ana", &first).await;
    replica.person_at("Luis", &second).await;
    let users = &replica.app.users;
    for change in [Change::Role(Role::Viewer), Change::Disable] {
        let refused = apply(&first, change, users).await.unwrap_err().to_string();
        assert!(refused.contains("last administrator"), "{refused}");
    }
    ana.get("/users").await.assert_status(200);
    assert_eq!(apply(&second, Change::Role(Role::Administrator), users).await.unwrap().role, "administrator");
    assert_eq!(apply(&first, Change::Role(Role::Viewer), users).await.unwrap().role, "viewer");
    // What any replica does now and then.
    auth::sessions(&replica.app).store().sync().await.unwrap();
    ana.get("/users").await.assert_status(403);
    let nobody = apply("nobody@example.com", Change::Enable, users).await.unwrap_err().to_string();
    assert!(nobody.contains("nobody@example.com"));
}

#[tokio::test]
async fn an_operator_lets_somebody_in_who_is_locked_out() {
    let replica = Shop::new().await.replica().await;
    let email = unique("luis") + "@example.com";
    replica.person("Ana").await;
    let mut luis = replica.person_at("Luis", &email).await;
    let users = &replica.app.users;
    apply(&email, Change::Disable, users).await.unwrap();
    auth::sessions(&replica.app).store().sync().await.unwrap();
    assert!(luis.get("/products").await.location().unwrap().starts_with("/login"));
    apply(&email, Change::Enable, users).await.unwrap();
    let hash = auth::hasher(&replica.app).hash(NEW.to_owned()).await.unwrap();
    apply(&email, Change::Password { hash, mail: true }, users).await.unwrap();
    let sign_in = |password| Form::forged("/login", &[("email", &email), ("password", password)]);
    replica.visitor().submit(&sign_in(PASSWORD)).await.assert_status(422);
    replica.visitor().submit(&sign_in(NEW)).await.assert_redirect("/products");
    let told = async |connection: &mut bodega::db::Connection| {
        mails::table.select((mails::recipient, mails::subject)).load::<(String, String)>(connection).await
    };
    let subject = Language::Spanish.text("mail-password-changed-subject");
    assert_eq!(users.run(told).await.unwrap(), [(email.clone(), subject)]);
}

#[tokio::test]
async fn whatever_an_operator_does_is_in_the_security_log_by_that_name() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    replica.person("Ana").await;
    let (email, users) = (unique("luis") + "@example.com", &replica.app.users);
    let new = NewAccount {
        first_name: "Luis".into(),
        last_name: "Prueba".into(),
        email: email.clone(),
        role: Role::Administrator,
        organisation: Organisation::default(),
    };
    create(&new, PASSWORD, users, auth::hasher(&replica.app)).await.unwrap();
    create(&new, PASSWORD, users, auth::hasher(&replica.app)).await.unwrap_err();
    Phone::set_up(&mut replica.sign_in(&email).await).await;
    let hash = auth::hasher(&replica.app).hash(NEW.to_owned()).await.unwrap();
    let password = Change::Password { hash, mail: false };
    for change in [Change::Role(Role::Viewer), Change::Disable, Change::Enable, password] {
        apply(&email, change, users).await.unwrap();
    }
    factor::reset(&email, false, users).await.unwrap();
    let entries = security_log::table
        .filter(security_log::actor.eq("operator").or(security_log::actor.eq("")))
        .order(security_log::id)
        .select((security_log::event, security_log::actor, security_log::subject));
    let entries: Vec<(String, String, String)> =
        entries.load(&mut shop.users_connection().await).await.unwrap();
    let events = ["registered", "role-changed", "disabled", "enabled", "password-changed", "factor-reset"];
    let expected = events.map(|event| (event.to_owned(), "operator".to_owned(), email.clone()));
    assert_eq!(entries, expected);
}

#[tokio::test]
async fn the_entry_of_an_account_has_the_role_that_it_was_given_also_of_the_first_one() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    for _ in 0..2 {
        let new = NewAccount {
            first_name: "Luis".into(),
            last_name: "Prueba".into(),
            email: unique("luis") + "@example.com",
            role: Role::Clerk,
            organisation: Organisation::default(),
        };
        create(&new, PASSWORD, &replica.app.users, auth::hasher(&replica.app)).await.unwrap();
    }
    let details = security_log::table.order(security_log::id).select(security_log::detail);
    let details: Vec<String> = details.load(&mut shop.users_connection().await).await.unwrap();
    assert_eq!(details, ["administrator", "clerk"]);
}
