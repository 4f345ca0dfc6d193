//! Bodies that no form of ours sends.

use bodega::web::Language;

use crate::support::Shop;

#[tokio::test]
async fn five_megabytes_are_too_large() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await.fill("description", "a".repeat(5 * 1024 * 1024));
    ana.submit(&form).await.assert_page(413, Language::Spanish);
    // Also without a length.
    let chunks = futures_util::stream::iter((0..80).map(|_| Ok::<_, std::io::Error>(vec![b'a'; 64 * 1024])));
    let answer = ana.post("/products", poem::Body::from_bytes_stream(chunks)).await;
    answer.assert_page(413, Language::Spanish);
    replica.visitor().post("/login", "a".repeat(5 * 1024 * 1024)).await.assert_page(413, Language::Spanish);
}

#[tokio::test]
async fn the_longest_form_there_can_be_is_not_too_large() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    // Twelve bytes each when percent-encoded.
    let form = ana.product_form(&"🫖".repeat(120), &"Ñ".repeat(40)).await;
    let form = form.fill("description", "🫖".repeat(2000)).fill("category", "🫖".repeat(60));
    ana.add(&form).await;
}

#[tokio::test]
async fn what_is_not_text_is_unreadable() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await.encoded();
    for body in [
        format!("{form}&name=%ff%fe").into_bytes(),
        [form.as_bytes(), b"&x=\xff\xfe"].concat(),
        format!("{form}&%zz=1").into_bytes(),
        format!("{form}&x=%4").into_bytes(),
        format!("{form}&x=%+4").into_bytes(),
        format!("{form}&x=%+a").into_bytes(),
        format!("{form}&x=%-4").into_bytes(),
        format!("{form}&x=% 4").into_bytes(),
        "a=1&".repeat(10_000).into_bytes(),
    ] {
        ana.post("/products", body).await.assert_page(400, Language::Spanish);
    }
    for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain", "nonsense"] {
        let mut browser = ana.clone();
        browser.with("content-type", kind).post("/products", "{}").await.assert_page(400, Language::Spanish);
    }
    assert_eq!(ana.get("/products").await.products(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_at_all_is_a_form_without_a_key_or_a_wrong_password() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    ana.post("/products", "").await.assert_page(400, Language::Spanish);
    replica.visitor().post("/login", "").await.assert_page(422, Language::Spanish);
    replica.visitor().post("/register", "").await.assert_page(400, Language::Spanish);
}
