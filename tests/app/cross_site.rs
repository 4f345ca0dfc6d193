//! Writes come from this site's own pages, or not at all.

use bodega::routes::{self, Kind};
use bodega::web::Language;

use crate::support::Shop;

#[tokio::test]
async fn no_write_comes_from_another_site_whatever_its_route() {
    let replica = Shop::new().await.replica().await;
    let ana = replica.person("Ana").await;
    for entry in routes::table().into_iter().filter(|entry| entry.rule.kind != Kind::Page) {
        let path = entry.rule.path.replace(":id", "00000000000000000000000000");
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://localhost:8081")],
            &[],
        ] {
            let mut attacker = ana.clone();
            attacker.without("sec-fetch-site");
            for (name, value) in headers {
                attacker.with(name, value);
            }
            let answer = attacker.post(&path, "language=en&next=/").await;
            answer.assert_page(403, Language::Spanish);
            assert_eq!(answer.set_cookies(), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn own_pages_may_write_also_from_browsers_that_only_send_an_origin() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    visitor.post("/language", "language=en&next=/").await.assert_redirect("/");
    visitor.without("sec-fetch-site").with("origin", "http://localhost:8080");
    visitor.post("/language", "language=en&next=/").await.assert_redirect("/");
}

#[tokio::test]
async fn reading_is_allowed_from_anywhere() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    ana.with("sec-fetch-site", "cross-site").get("/products").await.assert_status(200);
}
