//! A second factor, from setting it up to a lost phone.

use thirtyfour::prelude::*;

use crate::axe::inspect;
use crate::chromium::browse;
use crate::forms::{assert_written, write_product};
use crate::site::Site;
use crate::support::{PASSWORD, Phone, unique};
use crate::tab::Tab;

#[test]
fn a_person_sets_it_up_and_signs_in_by_code_and_by_recovery_code() {
    browse(Site::new(), async |tab, site| journey(tab, site).await);
}

#[test]
fn a_person_does_the_same_without_javascript() {
    browse(Site::new(), async |tab, site| {
        tab.scripts(false).await;
        journey(tab, site).await;
    });
}

async fn journey(tab: &Tab, site: &Site) {
    let email = unique("ana") + "@example.com";
    tab.sign_in_as(&site.replica.person_at("Ana", &email).await).await;
    let (phone, recovery_codes) = set_up(tab).await;
    sign_out(tab).await;

    give_password(tab, &email).await;
    tab.fill("code", &phone.wrong_code()).await;
    tab.press("Entrar").await;
    tab.wait_for_text("Este código no vale").await;
    assert_eq!(tab.focused().await, "code");
    tab.fill("code", &phone.code(1)).await;
    tab.press("Entrar").await;
    tab.wait_for_page("Productos").await;
    sign_out(tab).await;

    give_password(tab, &email).await;
    give_recovery_code(tab, &recovery_codes[0]).await;
    tab.wait_for_page("Productos").await;
    tab.open("/account/factor").await;
    tab.wait_for_text("Te quedan 9 sin usar.").await;
    sign_out(tab).await;

    give_password(tab, &email).await;
    give_recovery_code(tab, &recovery_codes[0]).await;
    tab.wait_for_text("Este código no vale").await;
    assert_eq!(tab.focused().await, "recovery_code", "it is in sight");
    tab.fill("recovery_code", &recovery_codes[1]).await;
    tab.press("Entrar").await;
    tab.wait_for_page("Productos").await;
}

#[test]
fn whoever_is_signed_out_gives_the_code_on_the_spot_too() {
    browse(Site::new(), async |tab, site| {
        let email = unique("ana") + "@example.com";
        let mut ana = site.replica.person_at("Ana", &email).await;
        tab.sign_in_as(&ana).await;
        let (phone, _) = set_up(tab).await;
        tab.open("/products/new").await;
        write_product(tab, "Café").await;
        tab.lose_session().await;
        tab.wait_for("document.querySelector('dialog[open]')").await;
        tab.fill("password", PASSWORD).await;
        tab.press("Entrar").await;
        tab.wait_for("document.activeElement.matches('dialog [name=code]')").await;
        tab.keys(phone.code(1) + Key::Enter).await;
        tab.wait_for("!document.querySelector('dialog')").await;
        assert_written(tab, "Café").await;
        tab.press("Crear producto").await;
        tab.wait_for_page("Café").await;
        assert_eq!(ana.get("/products").await.products(), ["Café"]);
    });
}

#[test]
fn whoever_has_to_set_it_up_on_the_spot_sees_the_recovery_codes_and_goes_on() {
    browse(Site::new(), async |tab, site| {
        let mut eva = site.replica.person("Eva").await;
        Phone::set_up(&mut eva).await;
        let ana = site.replica.person("Ana").await;
        tab.sign_in_as(&ana).await;
        tab.open("/products/new").await;
        write_product(tab, "Café").await;
        // From now on managers need one, too: her sign-in ends.
        let requirement = eva.get("/users/settings").await.form_to("/users/settings");
        eva.submit(&requirement).await.assert_redirect("/users/settings");
        tab.wait_for("document.querySelector('dialog[open]')").await;
        tab.fill("password", PASSWORD).await;
        tab.press("Entrar").await;
        tab.wait_for_text("Tu organización te la pide antes de seguir.").await;
        tab.wait_for("document.activeElement.matches('dialog [name=code]')").await;
        inspect(tab, "setting a second factor up on the spot").await;
        let phone = Phone::with_key(&tab.texts("dialog .key code").await[0]);
        // Not by name: the product has a code, too.
        tab.keys(phone.code(0)).await;
        tab.press("Activar").await;
        tab.wait_for("document.querySelectorAll('dialog .codes code').length === 10").await;
        assert!(!tab.has("dialog header").await, "no page within the page");
        tab.wait_for("document.activeElement.matches('dialog h1')").await;
        inspect(tab, "recovery codes on the spot").await;
        tab.press("Ya los he guardado").await;
        tab.wait_for("!document.querySelector('dialog')").await;
        assert_written(tab, "Café").await;
        tab.press("Crear producto").await;
        tab.wait_for_page("Café").await;
        assert_eq!(eva.get("/products").await.products(), ["Café"]);
    });
}

/// Sets it up from the account's page on; the application that has the key, and the recovery codes.
pub async fn set_up(tab: &Tab) -> (Phone, Vec<String>) {
    tab.open("/account").await;
    tab.press("Códigos de una aplicación").await;
    tab.wait_for_page("Verificación en dos pasos").await;
    tab.press("Activarla").await;
    tab.wait_for_page("Activar la verificación en dos pasos").await;
    let phone = Phone::with_key(&tab.texts(".key code").await[0]);
    tab.fill_all(&[("code", &phone.code(0)), ("password", PASSWORD)]).await;
    tab.press("Activar").await;
    tab.wait_for_page("Códigos de recuperación").await;
    let codes = tab.texts(".codes code").await;
    assert_eq!(codes.len(), 10);
    tab.press("Ya los he guardado").await;
    tab.wait_for_text("Te quedan 10 sin usar.").await;
    (phone, codes)
}

pub async fn sign_out(tab: &Tab) {
    tab.press_in("header", "Salir").await;
    tab.wait_for_page("Entrar").await;
}

/// The first step of signing in, up to the form of the second one.
pub async fn give_password(tab: &Tab, email: &str) {
    tab.open("/login").await;
    tab.fill_all(&[("email", email), ("password", PASSWORD)]).await;
    tab.press("Entrar").await;
    tab.wait_for("document.activeElement.name === 'code'").await;
    let title = tab.eval("document.title").await;
    assert_eq!(tab.texts("main h1").await, ["Falta un paso"], "{title}");
    assert!(title.as_str().is_some_and(|title| title.starts_with("Falta un paso · ")), "{title}");
}

async fn give_recovery_code(tab: &Tab, code: &str) {
    tab.click(By::Css("summary")).await;
    tab.fill("recovery_code", code).await;
    tab.press("Entrar").await;
}
