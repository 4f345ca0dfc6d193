//! What whoever runs the installation does to accounts from the command line.

use bodega::db::users_schema::mails;
use bodega::users::operator::changes::{Change, apply};
use bodega::web::{Language, Role};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

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
    replica.app.sessions.store().settle().await.unwrap();
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
    replica.app.sessions.store().settle().await.unwrap();
    assert!(luis.get("/products").await.location().unwrap().starts_with("/login"));
    apply(&email, Change::Enable, users).await.unwrap();
    let hash = replica.app.hasher.hash(NEW.to_owned()).await.unwrap();
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
