//! What a page says of the change that was just made.

use crate::roles::add_account;
use crate::support::{Htmx, Shop, unique};
use bodega::id::Id;
use bodega::web::{Language, Role};

#[tokio::test]
async fn a_notice_is_said_once_by_the_page_it_was_left_for_and_by_no_other() {
    let replica = Shop::new().await.replica_with(&["--default-role", "administrator"]).await;
    let mut ana = replica.person("Ana").await;
    let (path, other) = (ana.add_product("Café", "C-1").await, ana.add_product("Té", "T-1").await);
    for page in ["/", "/products", "/account", "/users", &path] {
        assert!(!ana.get(page).await.has("main .notice"), "{page}");
    }
    ana.htmx(Htmx::Partial);
    assert!(!ana.get(&other).await.has(".notice"), "a part of a page is not where it was left for");
    ana.htmx(Htmx::No);
    assert_eq!(ana.get(&other).await.text_of(".notice"), Language::Spanish.text("notice-product-created"));
    assert!(!ana.get(&other).await.has(".notice"), "said once");
}

#[tokio::test]
async fn a_notice_about_one_person_is_not_said_on_the_page_of_another() {
    let replica = Shop::new().await.replica_with(&["--default-role", "administrator"]).await;
    let mut ana = replica.person("Ana").await;
    let eva = add_account(&replica, &(unique("eva") + "@example.com"), Role::Clerk).await.id;
    let luis = add_account(&replica, &(unique("luis") + "@example.com"), Role::Clerk).await.id;
    let (eva, luis) = (format!("/users/{eva}"), format!("/users/{luis}"));
    let form = ana.get(&eva).await.form_to(&format!("{eva}/disable"));
    ana.submit(&form).await.assert_redirect(&eva);
    assert!(!ana.get(&luis).await.has(".notice"));
    assert_eq!(ana.get(&eva).await.text_of(".notice"), Language::Spanish.text("notice-disabled"));
}

#[tokio::test]
async fn a_cookie_of_somebody_elses_making_or_of_an_earlier_release_says_nothing() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    ana.get(&path).await;
    let id = path.trim_start_matches("/products/").to_owned();
    for (name, value, page) in [
        ("bodega_notice", format!("created.{id}"), &*path),
        ("bodega_notice", format!("deleted.{id}"), "/products"),
        ("bodega_account_notice", "password".into(), "/account"),
        ("bodega_people_notice", "people-done-role".into(), "/users"),
        ("bodega_notice", "login-failed:/account:".into(), "/account"),
        ("bodega_notice", "notice-unheard-of:/account:".into(), "/account"),
        ("bodega_notice", "notice-profile-saved:/products:".into(), "/account"),
        // Of a product that is not deleted, of none, and without saying which.
        ("bodega_notice", format!("notice-product-deleted:/products:{id}"), "/products"),
        ("bodega_notice", format!("notice-product-deleted:/products:{}", Id::new()), "/products"),
        ("bodega_notice", "notice-product-deleted:/products:".into(), "/products"),
    ] {
        let page = ana.set_cookie(name, &value).get(page).await;
        page.assert_page(200, Language::Spanish);
        assert!(!page.has(".notice"), "{name}={value}");
        ana.forget_cookie(name);
    }
}
