//! Fields for passwords.

use serde_json::json;
use thirtyfour::{By, Key};

use crate::chromium::browse;
use crate::site::Site;
use crate::support::{PASSWORD, unique};
use crate::tab::Tab;

#[test]
fn a_password_is_masked_until_its_button_shows_it() {
    browse(Site::new(), async |tab, _| {
        for path in ["/login", "/register"] {
            tab.open(path).await;
            tab.fill("password", PASSWORD).await;
            assert_eq!(shown(tab).await, json!(["password", "false"]), "{path}");
            tab.click(By::Css(".password .reveal")).await;
            assert_eq!(shown(tab).await, json!(["text", "true"]), "{path}");
            assert_eq!(tab.value("password").await, PASSWORD);
            tab.click(By::Css(".password .reveal")).await;
            assert_eq!(shown(tab).await, json!(["password", "false"]), "{path}");
            assert_eq!(tab.value("password").await, PASSWORD);
        }
    });
}

/// The field's type, and whether its button is pressed.
async fn shown(tab: &Tab) -> serde_json::Value {
    let button = "document.querySelector('.password .reveal').getAttribute('aria-pressed')";
    tab.eval(&format!("[document.querySelector('[name=password]').type, {button}]")).await
}

#[test]
fn a_password_can_be_pasted() {
    browse(Site::new(), async |tab, site| {
        let email = unique("ana") + "@example.com";
        site.replica.person_at("Ana", &email).await;
        tab.open("/login").await;
        tab.fill("email", PASSWORD).await;
        for key in ["a", "c"] {
            tab.keys_with(Key::Control, key).await;
        }
        tab.fill("email", &email).await;
        tab.fill("password", "").await;
        tab.keys_with(Key::Control, "v").await;
        assert_eq!(tab.value("password").await, PASSWORD);
        tab.press("Entrar").await;
        tab.wait_for_page("Productos").await;
    });
}
