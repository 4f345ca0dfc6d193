//! What the browser keeps of a visit, and what other sites can do with our pages.

use serde_json::json;

use crate::chromium::browse;
use crate::factor::sign_out;
use crate::forms::write_product;
use crate::site::Site;
use crate::support::{PASSWORD, unique};
use crate::tab::Tab;

/// Everything but cookies that a page can leave behind.
const STORED: &str = "
    const names = list => list.map(({ name }) => name ?? 'nameless');
    Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()])
        .then(([databases, caches, workers]) => done([
            ...Object.keys(localStorage), ...Object.keys(sessionStorage),
            ...names(databases), ...caches, ...workers.map(({ scope }) => scope),
        ]), error => done([String(error)]));
";

#[test]
fn nothing_is_left_in_the_browsers_storage_and_no_script_sees_a_cookie() {
    browse(Site::new(), async |tab, site| {
        let email = unique("ana") + "@example.com";
        let mut ana = site.replica.person_at("Ana", &email).await;
        ana.add_product("Té", "T-1").await;
        tab.open("/login").await;
        tab.fill_all(&[("email", &email), ("password", PASSWORD)]).await;
        tab.press("Entrar").await;
        tab.wait_for_page("Productos").await;
        tab.fill("q", "té").await;
        tab.wait_for("location.search.includes('q=')").await;
        tab.press("Nuevo producto").await;
        tab.wait_for_page("Nuevo producto").await;
        write_product(tab, "Café").await;
        assert_nothing_stored(tab).await;
        tab.lose_session().await;
        tab.wait_for("document.querySelector('dialog[open]')").await;
        tab.fill("password", PASSWORD).await;
        tab.press("Entrar").await;
        tab.wait_for("!document.querySelector('dialog')").await;
        tab.press("Crear producto").await;
        tab.wait_for_page("Café").await;
        tab.back().await;
        tab.wait_for_page("Nuevo producto").await;
        assert_nothing_stored(tab).await;
        sign_out(tab).await;
        assert_nothing_stored(tab).await;
    });
}

async fn assert_nothing_stored(tab: &Tab) {
    assert_eq!(tab.run(STORED).await, json!([]));
    assert_eq!(tab.eval("document.cookie").await, "");
}

#[test]
fn no_other_site_shows_a_page_in_a_frame() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.replica.person("Ana").await).await;
        tab.open("/products").await;
        tab.wait_for_page("Productos").await;
        for path in ["/products", "/login"] {
            assert_eq!(tab.framed_elsewhere(path).await, "chrome-error://chromewebdata/", "{path}");
            tab.wait_for_complaint("frame-ancestors 'none'").await;
        }
    });
}
