//! Making oneself an account.

use bodega::web::{Language, Message};

use crate::support::{PASSWORD, Shop, unique};

#[tokio::test]
async fn who_registers_is_signed_in() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let page = ana.get("/products").await;
    page.assert_page(200, Language::Spanish);
    assert!(page.has("form[action='/logout']"));
    assert_eq!(page.text_of("header .person"), "Ana Prueba");
}
