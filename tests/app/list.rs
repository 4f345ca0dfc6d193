//! The list: filters, orders, pages, totals.

use bodega::web::Language;

use crate::stock;
use crate::support::{Answer, Htmx, Shop};

fn column(answer: &Answer, number: usize) -> Vec<String> {
    match number {
        0 => answer.products(),
        _ => answer.texts(&format!("#product-table tbody td:nth-of-type({number})")),
    }
}

#[tokio::test]
async fn every_column_sorts_both_ways() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    for (name, code, units, category) in [
        ("Zumo", "a-2", "5", "Bebidas"),
        ("ábaco", "B-1", "1000", "Útiles"),
        ("Uña", "A-1", "0", "Animales"),
        ("nube", "C-3", "30", "bebidas"),
        ("Oso", "b-0", "7", "Animales"),
    ] {
        let form = ana.product_form(name, code).await;
        ana.add(&form.fill("units", units).fill("category", category)).await;
    }
    let cases: [(&str, usize, &[&str]); 5] = [
        ("name", 0, &["ábaco", "nube", "Oso", "Uña", "Zumo"]),
        ("code", 1, &["A-1", "a-2", "b-0", "B-1", "C-3"]),
        ("units", 2, &["agotado 0", "5", "7", "30", "1000"]),
        ("category", 0, &["Oso", "Uña", "nube", "Zumo", "ábaco"]),
        ("updated", 0, &["Zumo", "ábaco", "Uña", "nube", "Oso"]),
    ];
    for (sort, number, expected) in cases {
        let ascending = ana.get(&format!("/products?sort={sort}&dir=asc")).await;
        assert_eq!(column(&ascending, number), expected, "{sort}");
        assert_eq!(ascending.attribute(&format!("th.{sort}"), "aria-sort"), "ascending");
        let descending = ana.get(&format!("/products?sort={sort}&dir=desc")).await;
        let mut reversed = expected.to_vec();
        reversed.reverse();
        assert_eq!(column(&descending, number), reversed, "{sort} descending");
        assert_eq!(descending.attribute(&format!("th.{sort}"), "aria-sort"), "descending");
    }
}

#[tokio::test]
async fn pages_show_every_product_once_in_every_order_and_search() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 130).await;
    for filter in ["", "&q=producto", "&category=Categoria%203", "&q=par", "&q=numero&category=Categoria%204"]
    {
        for sort in ["name", "code", "units", "category", "updated"] {
            for dir in ["asc", "desc"] {
                let mut seen = std::collections::BTreeSet::new();
                let mut page = 1;
                let total = loop {
                    let answer =
                        ana.get(&format!("/products?sort={sort}&dir={dir}{filter}&page={page}")).await;
                    let rows = answer.attributes("#product-table tbody tr", "id");
                    assert!(rows.len() <= 25);
                    for row in rows {
                        assert!(seen.insert(row.clone()), "{row} twice: {sort} {dir} {filter}");
                    }
                    page += 1;
                    if !answer.has("#page-next") {
                        break answer.text_of("#product-total");
                    }
                };
                assert!(total.starts_with(&format!("{} ", seen.len())), "{total} {}", seen.len());
            }
        }
    }
}

/// From the middle on, pages are read from the other end.
#[tokio::test]
async fn pages_far_behind_are_as_right_as_the_first() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 6010).await;
    for page in [1, 99, 100, 101, 102, 120, 121, 239, 240, 241] {
        let first = (page - 1) * 25 + 1;
        let expected: Vec<String> =
            (first..=(first + 24).min(6010)).map(|number| format!("C-{number:07}")).collect();
        let answer = ana.get(&format!("/products?sort=code&page={page}")).await;
        assert_eq!(column(&answer, 1), expected, "page {page}");
        let answer = ana.get(&format!("/products?sort=updated&dir=desc&page={page}")).await;
        let last = 6010 - (page - 1) * 25;
        let expected: Vec<String> =
            (1.max(last - 24)..=last).rev().map(|number| format!("C-{number:07}")).collect();
        assert_eq!(column(&answer, 1), expected, "page {page} of the newest");
    }
}

#[tokio::test]
async fn a_page_past_the_last_is_the_last_and_no_page_is_the_first() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 60).await;
    for page in ["99999999999", "99999999999999999999999999", "4"] {
        let answer = ana.get(&format!("/products?page={page}")).await;
        answer.assert_page(200, Language::Spanish);
        assert_eq!(answer.products().len(), 10, "page {page}");
    }
    for page in ["", "0", "-1", "x", "1.5", "%00", "1e9", "١"] {
        let page: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
        let answer = ana.get(&format!("/products?page={page}")).await;
        answer.assert_page(200, Language::Spanish);
        assert!(!answer.has("#page-previous") && answer.products().len() == 25, "page {page}");
    }
}

#[tokio::test]
async fn senseless_orders_and_filters_are_as_if_they_were_not_there() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 30).await;
    let plain = ana.get("/products").await.products();
    for query in ["sort=id;DROP TABLE products", "sort=&dir=", "dir=sideways", "sort=name'--", "unknown=1"] {
        let query = query.replace(' ', "%20");
        assert_eq!(ana.get(&format!("/products?{query}")).await.products(), plain, "{query}");
    }
    let nothing = ana.get("/products?category=nowhere").await;
    nothing.assert_page(200, Language::Spanish);
    assert_eq!(nothing.products(), Vec::<String>::new());
    assert_eq!(nothing.text_of("#product-total"), "Ningún resultado");
}

#[tokio::test]
async fn the_address_holds_every_filter_and_links_keep_the_others() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 600).await;
    let here = "/products?q=producto&category=Categoria+3&sort=units&dir=desc&page=2";
    let page = ana.get(here).await;
    assert_eq!(page.products().len(), 25);
    let next = page.attribute("#page-next", "href");
    assert_eq!(next, here.replace("page=2", "page=3"));
    assert_eq!(page.attribute("#page-next", "hx-get"), next);
    let by_code = page.attribute("#sort-code", "href");
    assert_eq!(by_code, "/products?q=producto&category=Categoria+3&sort=code&dir=asc");
    assert_eq!(page.attribute("#filter-q", "value"), "producto");
    assert_eq!(page.attributes("#filter-category option[selected]", "value"), ["Categoria 3"]);
    assert_eq!(page.attribute("input[name='sort'][form='filter']", "value"), "units");
}

#[tokio::test]
async fn a_partial_request_gets_the_section_of_the_page() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    stock::fill(&shop, 30).await;
    let page = ana.get("/products?page=2").await.text();
    let part = ana.htmx(Htmx::Partial).get("/products?page=2").await;
    part.assert_status(200);
    assert!(part.text().starts_with("<section id=\"product-list\""));
    assert!(page.contains(&part.text()), "the fragment is the page's own part");
    let full = ana.htmx(Htmx::Full).get("/products?page=2").await;
    full.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn totals_are_right_at_once_after_every_change() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    let mut luis = replicas[1].person("Luis").await;
    let mut paths = vec![];
    for count in 1..=3 {
        paths.push(ana.add_product(&format!("Té {count}"), &format!("T-{count}")).await);
        for list in ["/products", "/products?q=te", "/products?category=pruebas"] {
            let total = luis.get(list).await.text_of("#product-total");
            assert!(total.starts_with(&format!("{count} ")), "{list}: {total}");
        }
    }
    ana.press(&paths[0], "delete").await;
    assert!(luis.get("/products").await.text_of("#product-total").starts_with("2 "));
    ana.press(&paths[0], "restore").await;
    assert!(luis.get("/products").await.text_of("#product-total").starts_with("3 "));
    let form = ana.get(&format!("{}/edit", paths[1])).await.form_to(&paths[1]).fill("category", "Otra");
    ana.submit(&form).await.assert_redirect(&paths[1]);
    assert!(luis.get("/products?category=Otra").await.text_of("#product-total").starts_with("1 "));
    assert!(luis.get("/products?category=Pruebas").await.text_of("#product-total").starts_with("2 "));
}

#[tokio::test]
async fn an_empty_shop_says_how_to_begin() {
    let replica = Shop::new().await.replica().await;
    let page = replica.person("Ana").await.get("/products").await;
    page.assert_page(200, Language::Spanish);
    assert!(page.has("section#product-list a[href='/products/new']"));
}

#[tokio::test]
async fn the_first_page_counts_what_there_is_and_shows_what_needs_attention() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    ana.add_product("Té", "T-1").await;
    let form = ana.product_form("Café", "C-1").await.fill("units", "0").fill("category", "Otra");
    ana.add(&form).await;
    let page = ana.get("/").await;
    page.assert_page(200, Language::Spanish);
    assert_eq!(page.texts("dl.counts dd"), ["2", "2", "1"]);
    assert!(page.text_of("section[aria-labelledby='attention']").contains("Café"));
}
