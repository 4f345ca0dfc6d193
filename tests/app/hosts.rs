//! The names that the site goes by.

use bodega::web::Language;

use crate::support::Shop;

#[tokio::test]
async fn only_under_its_own_names_is_anything_shown_or_written() {
    let shop = Shop::new().await;
    let replica =
        shop.replica_with(&["--public-url", "http://bodega.example", "--hosts", "almacen,tienda.lan"]).await;
    for (host, is_answered) in [
        ("bodega.example", true),
        ("BODEGA.example.:80", true),
        ("almacen:8080", true),
        ("tienda.lan", true),
        ("localhost:8080", true),
        ("192.168.7.9:8080", true),
        ("[::1]:8080", true),
        ("evil.example", false),
        ("bodega.example.evil.example:8080", false),
    ] {
        let mut visitor = replica.visitor();
        visitor.without("sec-fetch-site").with("host", host).with("origin", &format!("http://{host}"));
        let page = visitor.get("/login").await;
        let form = visitor.post("/language", "language=en&next=/").await;
        if is_answered {
            page.assert_page(200, Language::Spanish);
            form.assert_redirect("/");
        } else {
            page.assert_page(421, Language::Spanish);
            form.assert_page(421, Language::Spanish);
            assert_eq!(form.set_cookies(), Vec::<String>::new(), "{host}");
        }
    }
}

#[tokio::test]
async fn who_names_no_host_is_no_browser_and_is_answered() {
    let replica = Shop::new().await.replica().await;
    replica.visitor().without("host").get("/login").await.assert_status(200);
}
