//! The sign-in ends in the middle of a form.

use thirtyfour::Key;

use crate::axe::inspect;
use crate::chromium::browse;
use crate::forms::{assert_written, write_product};
use crate::site::Site;
use crate::support::{Browser, PASSWORD, unique};
use crate::tab::Tab;

const DIALOG: &str = "document.querySelector('dialog[open]')";

#[test]
fn whoever_is_signed_out_signs_in_on_the_spot_and_the_form_is_sent_once() {
    browse(Site::new(), async |tab, site| {
        let (mut ana, email) = interrupted(tab, site).await;
        tab.press("Crear producto").await;
        tab.wait_for(DIALOG).await;
        tab.wait_for("document.activeElement.name === 'password'").await;
        assert_eq!(tab.value("email").await, email, "nobody types it again");
        inspect(tab, "signing in again").await;

        tab.keys("no es esta" + Key::Enter).await;
        tab.wait_for_text("no son correctos").await;
        tab.wait_for("document.activeElement.name === 'password'").await;
        tab.keys(PASSWORD).await;
        tab.press("Entrar").await;
        tab.wait_for_page("Café").await;
        assert_eq!(ana.get("/products").await.products(), ["Café"]);
        assert_eq!(tab.texts(".prose").await, ["Tostado medio"]);
    });
}

#[test]
fn whoever_does_not_want_to_sign_in_now_loses_nothing() {
    browse(Site::new(), async |tab, site| {
        let (mut ana, _) = interrupted(tab, site).await;
        tab.press("Crear producto").await;
        tab.wait_for(DIALOG).await;
        tab.press("Ahora no").await;
        tab.wait_for("!document.querySelector('dialog')").await;
        assert_written(tab, "Café").await;

        tab.press("Crear producto").await;
        tab.wait_for(DIALOG).await;
        tab.fill("password", PASSWORD).await;
        tab.press("Entrar").await;
        tab.wait_for_page("Café").await;
        assert_eq!(ana.get("/products").await.products(), ["Café"]);
    });
}

#[test]
fn somebody_else_who_signs_in_sends_the_form_themselves() {
    browse(Site::new(), async |tab, site| {
        let (mut ana, _) = interrupted(tab, site).await;
        let other = unique("luis") + "@example.com";
        site.replica.person_at("Luis", &other).await;
        tab.press("Crear producto").await;
        tab.wait_for(DIALOG).await;
        tab.fill_all(&[("email", &other), ("password", PASSWORD)]).await;
        tab.press("Entrar").await;
        tab.wait_for_text("Has entrado con otra cuenta").await;
        assert_written(tab, "Café").await;
        assert_eq!(tab.texts("header .person").await, ["Luis Prueba"]);
        assert!(ana.get("/products").await.products().is_empty());

        tab.press("Crear producto").await;
        tab.wait_for_page("Café").await;
        assert!(tab.texts(".saved dd").await[0].ends_with("Luis Prueba"));
    });
}

#[test]
fn a_form_sent_after_somebody_else_signed_in_in_another_tab_comes_back_under_their_name() {
    browse(Site::new(), async |tab, site| {
        let mut ana = site.replica.person("Ana").await;
        let luis = site.replica.person("Luis").await;
        tab.sign_in_as(&ana).await;
        tab.open("/products/new").await;
        write_product(tab, "Café").await;
        assert!(tab.has("header a[href='/users']").await, "the first one is the administrator");
        tab.sign_in_as(&luis).await;
        tab.press("Crear producto").await;
        tab.wait_for_text("es de otra cuenta").await;
        tab.wait_for("document.querySelector('header .person').textContent === 'Luis Prueba'").await;
        assert!(!tab.has("header a[href='/users']").await, "nor is he led where he may not go");
        assert_written(tab, "Café").await;
        assert!(ana.get("/products").await.products().is_empty());
        tab.press("Crear producto").await;
        tab.wait_for_page("Café").await;
        assert!(tab.texts(".saved dd").await[0].ends_with("Luis Prueba"));
    });
}

#[test]
fn whose_sign_in_is_ended_from_another_browser_is_told_by_the_page_and_goes_on() {
    browse(Site::new(), async |tab, site| {
        let email = unique("ana") + "@example.com";
        let mut desk = site.replica.person_at("Ana", &email).await;
        tab.open("/login").await;
        tab.fill_all(&[("email", &email), ("password", PASSWORD)]).await;
        tab.press("Entrar").await;
        tab.wait_for_page("Productos").await;
        tab.open("/products/new").await;
        write_product(tab, "Café").await;

        let account = desk.get("/account").await;
        let end = account.attribute(".sign-ins form", "action");
        desk.submit(&account.form_to(&end)).await.assert_redirect("/account");
        tab.wait_for(DIALOG).await;
        tab.wait_for_text("Cerraste esta sesión desde otro navegador.").await;
        assert_eq!(tab.value("email").await, email, "nobody types it again");
        inspect(tab, "ended elsewhere").await;
        tab.fill("password", PASSWORD).await;
        tab.press("Entrar").await;
        tab.wait_for("!document.querySelector('dialog')").await;
        assert_written(tab, "Café").await;
        assert!(desk.get("/products").await.products().is_empty(), "nothing is sent by itself");

        tab.press("Crear producto").await;
        tab.wait_for_page("Café").await;
        assert_eq!(desk.get("/products").await.products(), ["Café"]);
    });
}

#[test]
fn without_javascript_the_form_waits_behind_the_sign_in_page() {
    browse(Site::new(), async |tab, site| {
        tab.scripts(false).await;
        let (mut ana, email) = interrupted(tab, site).await;
        tab.press("Crear producto").await;
        tab.wait_for_page("Entrar").await;
        tab.fill_all(&[("email", &email), ("password", PASSWORD)]).await;
        tab.press("Entrar").await;
        tab.wait_for_page("Nuevo producto").await;
        assert_written(tab, "Café").await;
        tab.press("Crear producto").await;
        tab.wait_for_page("Café").await;
        assert_eq!(ana.get("/products").await.products(), ["Café"]);
    });
}

/// Somebody with a form filled in whose sign-in has just ended, and their address.
async fn interrupted(tab: &Tab, site: &Site) -> (Browser, String) {
    let email = unique("ana") + "@example.com";
    let ana = site.replica.person_at("Ana", &email).await;
    tab.sign_in_as(&ana).await;
    tab.open("/products/new").await;
    write_product(tab, "Café").await;
    // A page that is not in front does not look by itself, or it might ask before the button is pressed.
    tab.eval("void Object.defineProperty(document, 'hidden', { value: true })").await;
    tab.lose_session().await;
    (ana, email)
}
