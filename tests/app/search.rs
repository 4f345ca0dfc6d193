//! Finding products by words.

use bodega::web::Language;

use crate::support::{Browser, Shop};

/// A browser whose shop has these: name, code, description, category.
async fn stocked(products: &[(&str, &str, &str, &str)]) -> Browser {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    for (name, code, description, category) in products {
        let form = ana.product_form(name, code).await;
        ana.add(&form.fill("description", *description).fill("category", *category)).await;
    }
    ana
}

async fn find(browser: &mut Browser, q: &str) -> Vec<String> {
    let query: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
    let answer = browser.get(&format!("/products?q={query}")).await;
    answer.assert_page(200, Language::Spanish);
    let found = answer.products();
    let total =
        if found.is_empty() { "Ningún resultado".into() } else { format!("{} resultado", found.len()) };
    assert!(answer.text_of("#product-total").starts_with(&total), "{q:?}");
    found
}

#[tokio::test]
async fn all_words_are_required_each_as_a_beginning_in_any_of_the_four_fields() {
    let mut ana = stocked(&[
        ("Cafetera italiana", "CAF-012", "Aluminio, seis tazas", "Cocina"),
        ("Café molido", "CAF-100", "Tueste natural de Perú", "Alimentación"),
        ("Ñandú de peluche", "JUG/7.a", "Para niños", "Juguetes"),
        ("Œuvre straße ﬁn", "X_1", "½ №5 İstanbul ΣΊΣΥΦΟΣ", "日本語"),
    ])
    .await;
    let (machine, coffee, toy, odd) =
        ("Cafetera italiana", "Café molido", "Ñandú de peluche", "Œuvre straße ﬁn");
    let cases: &[(&str, &[&str])] = &[
        ("caf", &[machine, coffee]),
        ("café", &[machine, coffee]),
        ("CAFÉ", &[machine, coffee]),
        ("cafe\u{301}", &[machine, coffee]),
        ("cafetera", &[machine]),
        ("caf ital", &[machine]),
        ("ital caf", &[machine]),
        ("caf caf", &[machine, coffee]),
        ("cafe molido peru", &[coffee]),
        ("cafe tazas", &[machine]),
        ("cafe tazas molido", &[]),
        ("etera", &[]),
        ("nandu", &[toy]),
        ("ÑANDÚ niñ", &[toy]),
        ("cocina", &[machine]),
        ("aliment", &[coffee]),
        ("CAF-012", &[machine]),
        ("caf012", &[machine]),
        ("012", &[machine]),
        ("caf-1", &[coffee]),
        ("jug/7.a", &[toy]),
        ("jug7a", &[toy]),
        ("x_1", &[odd]),
        ("fin", &[odd]),
        ("no5", &[odd]),
        ("日本", &[odd]),
        ("  caf \t ital  ", &[machine]),
        ("perú, molido!", &[coffee]),
    ];
    for (q, expected) in cases {
        let mut expected = expected.to_vec();
        let mut found = find(&mut ana, q).await;
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{q:?}");
    }
}

#[tokio::test]
async fn whatever_is_typed_nothing_breaks() {
    let mut ana = stocked(&[("Café", "C-1", "Negro", "Bebidas")]).await;
    let long = "a".repeat(5000);
    let many = "palabra ".repeat(1000);
    let different: String = (0..500).map(|number| format!("p{number} ")).collect();
    for q in [
        "%",
        "_",
        "%%%%",
        "\\",
        "'",
        "\"",
        "' OR 1=1 -- ",
        "*",
        "+cafe -te",
        "\"cafe",
        "(",
        ")",
        "@",
        "~",
        "a*",
        "**",
        "<script>alert(1)</script>",
        "\0",
        "a\0b",
        "\u{feff}",
        "\u{202e}",
        "💥",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "{{7*7}}",
        "${x}",
        "../..",
        "%00",
        "NULL",
        "\r\nX: y",
        &long,
        &many,
        &different,
    ] {
        let query: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        for rest in ["", "&sort=units&dir=desc", "&category=Bebidas", "&page=7"] {
            let answer = ana.get(&format!("/products?q={query}{rest}")).await;
            answer.assert_page(200, Language::Spanish);
            assert!(!answer.text().contains("<script>alert"), "{q}");
        }
    }
    // Not even what is no UTF-8, or no parameter at all.
    for query in ["q=%ff%fe", "q=%", "q=%zz", "q", "&&&", "=", "q=a&q=b", "q[]=a", "sort=%ff"] {
        ana.get(&format!("/products?{query}")).await.assert_page(200, Language::Spanish);
    }
}

#[tokio::test]
async fn what_says_nothing_finds_everything() {
    let mut ana = stocked(&[("Café", "C-1", "Negro", "Bebidas"), ("Té", "T-1", "Verde", "Bebidas")]).await;
    for q in ["", "  ", "%", "-", "_ ."] {
        let query: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        assert_eq!(ana.get(&format!("/products?q={query}")).await.products().len(), 2, "{q:?}");
    }
}

#[tokio::test]
async fn words_that_few_or_many_products_have_find_alike() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    crate::stock::fill(&shop, 4500).await;
    // Every product has "producto", every second "par", the seventh alone "7"; more than 2000 is many.
    for (q, total) in [
        ("producto", 4500),
        ("par", 2250),
        ("par producto", 2250),
        ("numero0000007", 1),
        ("par numero00000", 49),
    ] {
        let answer = ana.get(&format!("/products?q={}", q.replace(' ', "+"))).await;
        let shown = Language::Spanish.number(total);
        assert!(
            answer.text_of("#product-total").starts_with(&format!("{shown} ")),
            "{q}: {}",
            answer.text_of("#product-total")
        );
        assert_eq!(answer.products().len() as u64, total.min(25), "{q}");
    }
    let last = ana.get("/products?q=par&sort=code&page=90").await;
    assert_eq!(last.products().last().unwrap(), "Producto par 4500");
    let category = ana.get("/products?q=par&category=Categoria%203").await;
    assert!(category.products().iter().all(|name| name.starts_with("Producto par")));
}
