//! Deleting, and taking that back.

use bodega::web::{Language, Message};

use crate::support::{Htmx, Shop};

#[tokio::test]
async fn a_deleted_product_leaves_the_list_and_one_press_brings_it_back() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let answer = ana.press(&path, "delete").await;
    answer.assert_redirect("/products");
    let list = ana.follow(&answer).await;
    assert_eq!(list.products(), Vec::<String>::new());
    assert!(list.text_of(".notice").contains("Café"));
    let undo = list.form(".notice form");
    assert_eq!(undo.action, format!("{path}/restore"));
    ana.submit(&undo).await.assert_redirect(&path);
    assert_eq!(ana.get("/products?q=cafe").await.products(), ["Café"]);
    assert!(!ana.get("/products").await.has(".notice"), "said once");
}

#[tokio::test]
async fn a_deleted_product_is_found_by_its_address_alone_and_can_be_restored_there() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    ana.press(&path, "delete").await;
    for list in ["/products?q=cafe", "/products?q=c1", "/products?category=Pruebas", "/products?sort=units"] {
        assert_eq!(ana.get(list).await.products(), Vec::<String>::new(), "{list}");
    }
    let page = ana.get(&path).await;
    page.assert_page(200, Language::Spanish);
    assert!(page.has(&format!("form[action='{path}/restore']")) && !page.has("form[action$='/delete']"));
    ana.get(&format!("{path}/edit")).await.assert_redirect(&path);
    ana.press(&path, "restore").await.assert_redirect(&path);
    assert_eq!(ana.get("/products").await.products(), ["Café"]);
}

#[tokio::test]
async fn a_deleted_products_code_stays_taken_with_a_message_that_says_where_it_is() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    ana.press(&path, "delete").await;
    let form = ana.product_form("Otro", "c-1").await;
    let answer = ana.submit(&form).await;
    let message = Message::new("code-taken-deleted").with("name", "Café".to_owned());
    answer.assert_message("code", &message, Language::Spanish);
    assert!(answer.has(&format!("a[href='{path}']")));
}

#[tokio::test]
async fn deleting_what_is_deleted_and_restoring_what_is_there_change_nothing() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let page = ana.get(&path).await;
    let (first, mut second) = (page.form_to(&format!("{path}/delete")), ana.clone());
    let again = second.get(&path).await.form_to(&format!("{path}/delete"));
    ana.submit(&first).await.assert_redirect("/products");
    second.submit(&again).await.assert_redirect("/products");
    let page = ana.get(&path).await;
    let restores =
        [page.form_to(&format!("{path}/restore")), ana.get(&path).await.form_to(&format!("{path}/restore"))];
    for form in restores {
        ana.submit(&form).await.assert_redirect(&path);
    }
    let list = ana.get("/products").await;
    assert_eq!(list.text_of("#product-total"), "1 producto");
    assert_eq!(list.texts("#filter-category option[value='Pruebas']"), ["Pruebas (1)"]);
}

#[tokio::test]
async fn htmx_is_led_to_the_list() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let form = ana.get(&path).await.form_to(&format!("{path}/delete"));
    let answer = ana.htmx(Htmx::Partial).submit(&form).await;
    answer.assert_status(200);
    assert_eq!(answer.header("hx-location"), Some("/products"));
}

#[tokio::test]
async fn a_key_from_one_products_page_deletes_no_other_product_after_its_use() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let (cafe, te) = (ana.add_product("Café", "C-1").await, ana.add_product("Té", "T-1").await);
    let form = ana.get(&cafe).await.form_to(&format!("{cafe}/delete"));
    ana.submit(&form).await.assert_redirect("/products");
    let other = crate::support::Form { action: format!("{te}/delete"), ..form };
    ana.submit(&other).await.assert_page(422, Language::Spanish);
    assert_eq!(ana.get("/products").await.products(), ["Té"]);
}
