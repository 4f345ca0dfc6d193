//! Everything can be done, and seen, by keyboard alone.

use thirtyfour::Key;

use crate::chromium::browse;
use crate::site::Site;
use crate::support::{PASSWORD, unique};
use crate::tab::Direction::{Back, Forward};
use crate::tab::Tab;

#[test]
fn by_keyboard_alone_a_person_signs_in_creates_deletes_undoes_and_signs_out() {
    browse(Site::new(), async |tab, site| {
        let email = unique("ana") + "@example.com";
        site.replica.person_at("Ana", &email).await;
        tab.open("/login").await;
        type_into(tab, &[("email", &email), ("password", PASSWORD)]).await;
        tab.keys(Key::Enter).await;
        tab.wait_for_page("Productos").await;

        enter(tab, "main a[href='/products/new']").await;
        tab.wait_for_page("Nuevo producto").await;
        let fields = [("name", "Café"), ("code", "CA-1"), ("units", "3"), ("category", "Cafés")];
        type_into(tab, &fields).await;
        type_into(tab, &[("description", "Tostado medio")]).await;
        enter(tab, "button.primary").await;
        tab.wait_for_page("Café").await;

        enter(tab, "form[action$='/delete'] button").await;
        tab.wait_for_text("Se ha eliminado «Café»").await;
        tab.wait_for_page("Productos").await;
        enter(tab, ".notice button").await;
        tab.wait_for_page("Café").await;

        tab.tab_to(Back, "form[action='/logout'] button").await;
        tab.keys(Key::Enter).await;
        tab.wait_for_page("Entrar").await;
    });
}

#[test]
fn the_first_key_offers_to_skip_to_the_content() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.replica.person("Ana").await).await;
        tab.open("/products").await;
        tab.keys(Key::Tab).await;
        assert_eq!(tab.eval("document.activeElement.className").await, "skip");
        tab.keys(Key::Enter).await;
        tab.wait_for("document.activeElement.id === 'main'").await;
        tab.keys(Key::Tab).await;
        assert_eq!(tab.eval("document.activeElement.getAttribute('href')").await, "/products/new");
    });
}

async fn type_into(tab: &Tab, fields: &[(&str, &str)]) {
    for (name, text) in fields {
        tab.tab_to(Forward, &format!("[name='{name}']")).await;
        tab.keys(*text).await;
    }
}

async fn enter(tab: &Tab, selector: &str) {
    tab.tab_to(Forward, selector).await;
    tab.keys(Key::Enter).await;
}
