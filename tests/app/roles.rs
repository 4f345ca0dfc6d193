//! What each role may do, route by route, and what it is shown.

use bodega::accounts::Account;
use bodega::auth;
use bodega::routes::{self, Entry, Kind};
use bodega::web::{Language, Role};
use poem::Body;

use crate::support::{Browser, Form, PASSWORD, Replica, Shop, unique};

/// The last of [`Role::ALL`] that may use a route: written down here once more, so that a slip in the table
/// shows.
fn least(entry: &Entry) -> Role {
    let path = entry.rule.path;
    match entry.rule.kind {
        _ if ["/users", "/jobs"].iter().any(|pages| path.starts_with(pages)) => Role::Administrator,
        _ if ["/products/:id/delete", "/products/:id/restore"].contains(&path) => Role::Manager,
        _ if ["/products/new", "/products/:id/edit"].contains(&path) => Role::Clerk,
        Kind::Form if path.starts_with("/products") => Role::Clerk,
        _ => Role::Viewer,
    }
}

/// An address of a route, of nothing that exists.
fn path(entry: &Entry) -> String {
    let path = entry.rule.path.replace(":id", &"0".repeat(26)).replace(":token", "none");
    path.replace(":database", "db_usuarios")
}

/// Somebody with this role, signed in.
pub async fn person_as(replica: &Replica, role: Role) -> Browser {
    let email = unique("p") + "@example.com";
    add_account(replica, &email, role).await;
    sign_in(replica, &email).await
}

/// An account that is there without anybody having registered.
pub async fn add_account(replica: &Replica, email: &str, role: Role) -> Account {
    let hash = auth::hasher(&replica.app).hash(PASSWORD.into()).await.unwrap();
    let account =
        Account::new(bodega::id::Id::new(), ("Eva", "Prueba"), email, hash, role, Language::Spanish);
    let inserted = replica.app.users.run(async |connection| account.clone().insert(connection).await).await;
    assert!(inserted.unwrap().is_ok());
    account
}

/// Signs in by the form.
pub async fn sign_in(replica: &Replica, email: &str) -> Browser {
    let mut browser = replica.visitor();
    let form = Form::forged("/login", &[("email", email), ("password", PASSWORD)]);
    browser.submit(&form).await.assert_redirect("/products");
    browser
}

#[tokio::test]
async fn every_route_lets_in_the_roles_that_may_use_it_and_answers_403_to_the_others() {
    let replica = Shop::new().await.replica().await;
    replica.person("Primera").await;
    let rank = |role: Role| Role::ALL.iter().position(|other| *other == role);
    for role in Role::ALL {
        let browser = person_as(&replica, role).await;
        // Signing out last: it would be the end of the walk.
        let (last, first): (Vec<_>, Vec<_>) =
            routes::table().into_iter().partition(|entry| entry.rule.path == "/logout");
        for entry in first.into_iter().chain(last) {
            let answer = browser.clone().ask(entry.method(), &path(&entry), Body::empty()).await;
            let is_allowed = rank(role) <= rank(least(&entry));
            let what = format!("{} {} by {role:?}: {}", entry.method(), entry.rule.path, answer.status);
            assert_eq!(answer.status != 403, is_allowed, "{what}");
            assert_ne!(answer.status, 500, "{what}");
        }
    }
}

#[tokio::test]
async fn what_would_be_refused_is_not_shown() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let product = ana.add_product("Café", "C-1").await;
    for (role, edits, deletes, manages) in [
        (Role::Administrator, true, true, true),
        (Role::Manager, true, true, false),
        (Role::Clerk, true, false, false),
        (Role::Viewer, false, false, false),
    ] {
        let mut browser = person_as(&replica, role).await;
        let list = browser.get("/products").await;
        assert_eq!(list.has("a[href='/products/new']"), edits, "{role:?}");
        assert_eq!(list.has("nav a[href='/users']"), manages, "{role:?}");
        assert_eq!(browser.get("/").await.has("a[href='/products/new']"), edits, "{role:?}");
        let page = browser.get(&product).await;
        assert_eq!(page.has(&format!("a[href='{product}/edit']")), edits, "{role:?}");
        assert_eq!(page.has(&format!("form[action='{product}/delete']")), deletes, "{role:?}");
    }
    ana.press(&product, "delete").await;
    assert!(!person_as(&replica, Role::Clerk).await.get(&product).await.has("main form"));
}
