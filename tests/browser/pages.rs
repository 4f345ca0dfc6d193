//! What holds for pages of any kind: what they weigh, which zone and which language they speak.

use diesel_async::SimpleAsyncConnection;
use serde_json::json;

use crate::chromium::browse;
use crate::site::Site;
use crate::tab::Size;

/// Of the page and all that it has loaded, as it came over the wire, headers included.
const TRANSFERRED: &str =
    "performance.getEntries().reduce((sum, { transferSize = 0 }) => sum + transferSize, 0)";
const PAGE_ALONE: &str = "performance.getEntriesByType('navigation')[0].transferSize";

#[test]
fn a_first_visit_is_light_and_the_list_lighter() {
    browse(Site::new(), async |tab, site| {
        tab.open("/").await;
        let first = tab.eval(TRANSFERRED).await.as_f64().expect("bytes");
        assert!((10_000.0..60_000.0).contains(&first), "{first} bytes");
        tab.sign_in_as(&site.with_products(60).await).await;
        tab.open("/products").await;
        let list = tab.eval(PAGE_ALONE).await.as_f64().expect("bytes");
        assert!((1_000.0..6_000.0).contains(&list), "{list} bytes");
    });
}

#[test]
fn times_are_shown_in_the_viewers_zone() {
    browse(Site::new(), async |tab, site| {
        let mut ana = site.replica.person("Ana").await;
        let path = ana.add_product("Café", "CA-1").await;
        let update = "UPDATE products SET created_at = '2026-03-02 04:05:00'";
        site.shop.products_connection().await.batch_execute(update).await.expect("a table");
        tab.sign_in_as(&ana).await;
        tab.devtools("Emulation.setTimezoneOverride", json!({ "timezoneId": "America/Bogota" })).await;
        let created = "[datetime='2026-03-02T04:05Z']";
        tab.open(&path).await;
        assert_eq!(tab.texts(created).await, ["1 mar 2026, 23:05"]);
        let title = tab.eval(&format!("document.querySelector(\"{created}\").title")).await;
        assert!(title.as_str().is_some_and(|title| title.starts_with("domingo, 1 de marzo")), "{title}");

        tab.scripts(false).await;
        tab.open(&path).await;
        assert_eq!(
            tab.texts(created).await,
            ["2 mar 2026, 04:05 UTC"],
            "without a script, in all zones' own"
        );
    });
}

#[test]
fn switching_the_language_keeps_the_page_and_its_filters() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.with_products(30).await).await;
        tab.open("/products?sort=units&dir=desc").await;
        tab.fill("q", "codo").await;
        tab.wait_for("location.search.includes('q=codo')").await;
        tab.wait_for_text("5 resultados").await;
        let path = tab.path().await;
        tab.press_in("header", "English").await;
        tab.wait_for_page("Products").await;
        assert_eq!(tab.eval("document.documentElement.lang").await, "en");
        assert_eq!((tab.path().await, tab.value("q").await), (path.clone(), "codo".into()));

        tab.scripts(false).await;
        tab.press_in("header", "Español").await;
        tab.wait_for_page("Productos").await;
        assert_eq!(tab.path().await, path);
    });
}

/// What makes up the look of a page, and how wide it is.
const LOOK: &str = "(() => {
    const style = (selector, ...names) => {
        const all = getComputedStyle(document.querySelector(selector));
        return names.map(name => all[name]);
    };
    return [
        style('body', 'backgroundColor', 'color', 'fontFamily'),
        style('header', 'backgroundColor', 'borderBottom'),
        style('h1', 'fontSize', 'fontWeight', 'lineHeight', 'letterSpacing'),
        style('h1 ~ p', 'color', 'fontSize'),
        document.documentElement.scrollWidth <= innerWidth,
    ];
})()";

#[test]
fn the_load_balancers_own_pages_look_like_the_others() {
    browse(Site::new(), async |tab, site| {
        for size in [Size::Phone, Size::Desktop] {
            for scheme in ["light", "dark"] {
                tab.resize(size).await;
                let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
                tab.devtools("Emulation.setEmulatedMedia", scheme).await;
                tab.open("/nowhere").await;
                let ours = tab.eval(LOOK).await;
                site.leave();
                tab.open("/nowhere").await;
                tab.wait_for_page("Volvemos enseguida").await;
                assert_eq!(tab.eval(LOOK).await, ours, "{size:?}");
                site.come_back();
            }
        }
    });
}
