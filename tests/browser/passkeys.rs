//! A passkey, with the authenticator that Chromium has for tests.

use serde_json::json;
use thirtyfour::By;

use crate::chromium::browse;
use crate::factor::sign_out;
use crate::site::Site;
use crate::support::{PASSWORD, unique};
use crate::tab::Tab;

#[test]
fn a_person_adds_a_passkey_signs_in_without_typing_anything_and_removes_it() {
    browse(Site::new(), async |tab, site| {
        let device = plug_in(tab).await;
        let email = unique("ana") + "@example.com";
        tab.sign_in_as(&site.replica.person_at("Ana", &email).await).await;
        add(tab).await;
        assert_eq!(credentials(tab, &device).await, 1);
        sign_out(tab).await;

        tab.press("Entrar con una llave de acceso").await;
        tab.wait_for_page("Productos").await;
        assert_eq!(tab.eval("document.querySelector('.person').dataset.email").await, email);

        tab.open("/account/passkeys").await;
        tab.wait_for_text("Usada por última vez el").await;
        tab.click(By::Css("[name='passkey']")).await;
        tab.fill("password", PASSWORD).await;
        tab.press("Quitar la elegida").await;
        tab.wait_for("!document.querySelector('#removal-form')").await;
        sign_out(tab).await;

        tab.press("Entrar con una llave de acceso").await;
        tab.wait_for_text("Esa llave de acceso no vale aquí").await;
        assert!(!tab.has("header .person").await, "nobody is in");
        unplug(tab).await;
    });
}

#[test]
fn somebody_without_a_passkey_is_told_and_signs_in_with_the_password() {
    browse(Site::new(), async |tab, site| {
        plug_in(tab).await;
        let email = unique("ana") + "@example.com";
        site.replica.person_at("Ana", &email).await;
        tab.open("/login").await;
        tab.press("Entrar con una llave de acceso").await;
        tab.wait_for_text("No se ha podido usar la llave de acceso.").await;
        tab.fill_all(&[("email", &email), ("password", PASSWORD)]).await;
        tab.press("Entrar").await;
        tab.wait_for_page("Productos").await;
        unplug(tab).await;
    });
}

#[test]
fn without_javascript_nobody_is_offered_a_passkey() {
    browse(Site::new(), async |tab, site| {
        tab.scripts(false).await;
        tab.open("/login").await;
        assert!(is_hidden(tab, "form[action='/login/passkey']").await);
        tab.sign_in_as(&site.replica.person("Ana").await).await;
        tab.open("/account/passkeys").await;
        assert!(is_hidden(tab, "#passkey-form").await);
        tab.wait_for_text("Este navegador no puede guardar llaves de acceso.").await;
    });
}

/// Gives the tab a device that can hold passkeys and whose owner is there.
pub async fn plug_in(tab: &Tab) -> String {
    tab.devtools("WebAuthn.enable", json!({})).await;
    let options = json!({
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true,
    });
    let device = tab.devtools("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await;
    device["authenticatorId"].as_str().expect("a device").to_owned()
}

pub async fn unplug(tab: &Tab) {
    tab.devtools("WebAuthn.disable", json!({})).await;
}

/// Adds one from the account's page on.
pub async fn add(tab: &Tab) {
    tab.open("/account").await;
    tab.press("Entrar sin contraseña, con una llave de acceso").await;
    tab.wait_for_page("Llaves de acceso").await;
    tab.fill_all(&[("name", "Portátil"), ("password", PASSWORD)]).await;
    tab.press("Crear la llave").await;
    tab.wait_for("document.querySelector('.choice')").await;
    let choice = tab.texts(".choice").await.remove(0);
    assert!(choice.starts_with("Portátil") && choice.contains("Creada el"), "{choice}");
}

async fn credentials(tab: &Tab, device: &str) -> usize {
    let answer = tab.devtools("WebAuthn.getCredentials", json!({ "authenticatorId": device })).await;
    let credentials = answer["credentials"].as_array().expect("a list");
    assert!(credentials.iter().all(|credential| credential["isResidentCredential"] == true));
    credentials.len()
}

async fn is_hidden(tab: &Tab, selector: &str) -> bool {
    tab.eval(&format!("document.querySelector(\"{selector}\").getClientRects().length")).await == 0
}
