//! Forms that come back, and forms that are sent twice.

use crate::chromium::browse;
use crate::site::Site;
use crate::support::unique;
use crate::tab::Tab;

#[test]
fn a_form_with_errors_puts_the_focus_on_the_first_and_keeps_what_was_typed() {
    browse(Site::new(), async |tab, site| mistakes(tab, site).await);
}

#[test]
fn a_form_with_errors_does_the_same_without_javascript() {
    browse(Site::new(), async |tab, site| {
        tab.scripts(false).await;
        mistakes(tab, site).await;
    });
}

async fn mistakes(tab: &Tab, site: &Site) {
    let email = unique("ana") + "@example.com";
    tab.open("/register").await;
    tab.fill_all(&[("first_name", "Ana"), ("email", &email), ("password", "corta")]).await;
    tab.press("Crear cuenta").await;
    tab.wait_for_text("Hay 2 campos por corregir.").await;
    assert_eq!(tab.focused().await, "last_name");
    assert_eq!((tab.value("first_name").await, tab.value("email").await), ("Ana".into(), email));
    assert_eq!(tab.value("password").await, "", "passwords never come back");

    tab.sign_in_as(&site.replica.person("Ana").await).await;
    tab.open("/products/new").await;
    let fields = [("name", "Café"), ("code", "CA 1"), ("units", "-3"), ("category", "Cafés <b>")];
    tab.fill_all(&fields).await;
    tab.press("Crear producto").await;
    tab.wait_for_text("Hay 3 campos por corregir.").await;
    assert_eq!(tab.focused().await, "code");
    for (name, text) in fields {
        assert_eq!(tab.value(name).await, text);
    }
    tab.fill_all(&[("code", "CA-1"), ("units", "3"), ("description", "Tostado")]).await;
    tab.press("Crear producto").await;
    tab.wait_for_page("Café").await;
}

#[test]
fn a_double_click_on_save_creates_one_product() {
    browse(Site::new(), async |tab, site| double_click(tab, site).await);
}

#[test]
fn a_double_click_on_save_creates_one_product_without_javascript() {
    browse(Site::new(), async |tab, site| {
        tab.scripts(false).await;
        double_click(tab, site).await;
    });
}

async fn double_click(tab: &Tab, site: &Site) {
    let mut ana = site.replica.person("Ana").await;
    tab.sign_in_as(&ana).await;
    tab.open("/products/new").await;
    write_product(tab, "Café").await;
    tab.double_click("Crear producto").await;
    tab.wait_for_page("Café").await;
    assert_eq!(ana.get("/products").await.products(), ["Café"]);
}

/// Fills in the form of a new product.
pub async fn write_product(tab: &Tab, name: &str) {
    tab.fill_all(&[("name", name), ("code", "CA-1"), ("units", "40")]).await;
    tab.fill_all(&[("category", "Cafés"), ("description", "Tostado medio")]).await;
}

/// The form of a new product still says all of it.
pub async fn assert_written(tab: &Tab, name: &str) {
    for (field, text) in [
        ("name", name),
        ("code", "CA-1"),
        ("units", "40"),
        ("category", "Cafés"),
        ("description", "Tostado medio"),
    ] {
        assert_eq!(tab.value(field).await, text, "{field}");
    }
}
