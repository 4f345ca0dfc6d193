//! Creating, showing, editing products.

use bodega::web::{Language, Message};

use crate::support::{Htmx, Shop};

#[tokio::test]
async fn a_product_is_created_shown_and_listed() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café <molido> & \"fino\"", "CAF-1/a.b_c").await;
    let form = form.fill("description", "Línea uno\nlínea dos").fill("units", "1000000000");
    let path = ana.add(&form).await;
    let page = ana.get(&path).await;
    page.assert_page(200, Language::Spanish);
    assert_eq!(page.text_of("h1"), "Café <molido> & \"fino\"");
    assert_eq!(page.text_of("dl.details code"), "CAF-1/a.b_c");
    assert_eq!(page.text_of("dd[data-unit]"), "1.000.000.000");
    assert!(page.text().contains("Línea uno\nlínea dos"));
    assert!(page.text().contains("Ana Prueba"), "who saved it");
    assert_eq!(ana.get("/products").await.products(), ["Café <molido> & \"fino\""]);
}

#[tokio::test]
async fn the_product_page_says_once_that_it_was_created() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    assert!(ana.get(&path).await.has(".notice"));
    assert!(!ana.get(&path).await.has(".notice"));
}

#[tokio::test]
async fn the_row_is_named_after_the_product() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let id = path.strip_prefix("/products/").unwrap();
    let page = ana.get("/products").await;
    assert!(page.has(&format!("section#product-list table#product-table tr#product-{id}")));
}

#[tokio::test]
async fn every_wrong_field_has_its_message_in_both_languages() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let too_long = |max: u64| Message::new("too-long").with("max", max);
    let new = Message::new;
    let cases = [
        ("name", String::new(), new("required-field")),
        ("name", "ñ".repeat(121), too_long(120)),
        ("name", "a\0b".into(), new("bad-characters")),
        ("code", " ".into(), new("required-field")),
        ("code", "A".repeat(41), too_long(40)),
        ("code", "A B".into(), new("code-characters")),
        ("code", "A#1".into(), new("code-characters")),
        ("code", "A\u{0}".into(), new("bad-characters")),
        ("description", String::new(), new("required-field")),
        ("description", "ñ".repeat(2001), too_long(2000)),
        ("description", "a\0b".into(), new("bad-characters")),
        ("units", String::new(), new("required-field")),
        ("units", "-1".into(), new("units-invalid")),
        ("units", "1.5".into(), new("units-invalid")),
        ("units", "1e3".into(), new("units-invalid")),
        ("units", "1000000001".into(), new("units-invalid")),
        ("units", "diez".into(), new("units-invalid")),
        ("category", "  ".into(), new("required-field")),
        ("category", "ñ".repeat(61), too_long(60)),
        ("category", "a\u{b}b".into(), new("bad-characters")),
    ];
    for language in Language::ALL {
        ana.set_cookie("language", language.tag());
        for (field, value, message) in &cases {
            let form = ana.product_form("Té", "T-1").await.fill(field, value.as_str());
            let answer = ana.submit(&form).await;
            answer.assert_message(field, message, language);
            assert_eq!(answer.focused().as_deref(), Some(*field), "{message:?}");
        }
    }
    assert_eq!(ana.get("/products").await.products(), Vec::<String>::new());
}

#[tokio::test]
async fn values_of_the_greatest_length_are_stored_as_typed() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form(&"ñ".repeat(120), &"Ñ".repeat(40)).await;
    // Four bytes each in UTF-8, and browsers send a line end as two characters, which count as one.
    let description = format!("{}\r\n{}", "🫖".repeat(1000), "🫘".repeat(999));
    let form = form.fill("description", description).fill("category", "日".repeat(60));
    let path = ana.add(&form).await;
    let edit = ana.get(&format!("{path}/edit")).await.form_to(&path);
    assert_eq!(edit.value("name"), "ñ".repeat(120));
    assert_eq!(edit.value("code"), "Ñ".repeat(40));
    assert_eq!(edit.value("category"), "日".repeat(60));
    assert_eq!(edit.value("description"), format!("{}\r\n{}", "🫖".repeat(1000), "🫘".repeat(999)));
}

#[tokio::test]
async fn a_form_that_comes_back_keeps_everything_that_was_typed() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let sent = ana.product_form("Té", "T-1").await;
    let sent = sent.fill("units", "muchas").fill("description", "\r\n uno\r\ndos <b>");
    let back = ana.submit(&sent).await.form_to("/products");
    for field in ["name", "code", "units", "category"] {
        assert_eq!(back.value(field), sent.value(field));
    }
    assert_eq!(back.value("description"), "uno\r\ndos <b>");
}

#[tokio::test]
async fn htmx_gets_the_form_alone_and_is_led_to_the_product() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Té", "T-1").await;
    ana.htmx(Htmx::Partial);
    let answer = ana.submit(&form.clone().fill("name", "")).await;
    answer.assert_message("name", &Message::new("required-field"), Language::Spanish);
    assert!(answer.text().trim_start().starts_with("<form"));
    let form = answer.form_to("/products").fill("name", "Té");
    let answer = ana.submit(&form).await;
    answer.assert_status(200);
    assert!(answer.header("hx-location").unwrap().starts_with("/products/"), "{answer:?}");
}

#[tokio::test]
async fn two_clerks_cannot_take_the_same_code() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut clerks = vec![];
    for index in 0..6 {
        let mut clerk = replicas[index % 2].person("Ana").await;
        let code = if index % 2 == 0 { "ab-1" } else { "AB-1" };
        let form = clerk.product_form(&format!("De {index}"), code).await;
        clerks.push((clerk, form));
    }
    let tasks: Vec<_> = clerks
        .into_iter()
        .map(|(mut clerk, form)| tokio::spawn(async move { clerk.submit(&form).await }))
        .collect();
    let mut made = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == 303 {
            made += 1;
        } else {
            answer.assert_status(422);
            assert!(answer.message("code").is_some());
        }
    }
    assert_eq!(made, 1);
    let page = replicas[0].person("Eva").await.get("/products").await;
    assert_eq!(page.products().len(), 1);
    assert_eq!(page.text_of("#product-total"), "1 producto");
}

#[tokio::test]
async fn the_message_about_a_taken_code_names_and_links_its_owner() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let owner = ana.add_product("Café", "CAF-1").await;
    let form = ana.product_form("Otro", "caf-1").await;
    let answer = ana.submit(&form).await;
    let message = Message::new("code-taken").with("name", "Café".to_owned());
    answer.assert_message("code", &message, Language::Spanish);
    assert!(answer.has(&format!("a[href='{owner}']")));
}

#[tokio::test]
async fn a_product_is_edited_and_found_by_its_new_words_only() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Cafetera", "C-1").await;
    let form = ana.get(&format!("{path}/edit")).await.form_to(&path);
    assert_eq!(form.value("version"), "1");
    let form =
        form.fill("name", "Tetera").fill("description", "de barro").fill("units", "3").fill("code", "C-2");
    ana.submit(&form).await.assert_redirect(&path);
    let page = ana.get(&path).await;
    assert_eq!(page.text_of("h1"), "Tetera");
    assert_eq!(ana.get("/products?q=tetera").await.products(), ["Tetera"]);
    assert_eq!(ana.get("/products?q=cafetera").await.products(), Vec::<String>::new());
    assert_eq!(ana.get("/products?q=c2").await.products(), ["Tetera"]);
    // The old code is free again.
    ana.add_product("Otra", "C-1").await;
}

#[tokio::test]
async fn an_edit_may_change_the_case_of_its_own_code() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "caf-1").await;
    let form = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("code", "CAF-1");
    ana.submit(&form).await.assert_redirect(&path);
    assert_eq!(ana.get(&path).await.text_of("dl.details code"), "CAF-1");
}

#[tokio::test]
async fn a_category_is_spelled_as_when_it_was_first_used_and_counted_once() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    for (index, category) in ["Cafés", "CAFES", "cafés ", "  Cafes"].iter().enumerate() {
        let form = ana.product_form("Uno", &format!("C-{index}")).await;
        ana.add(&form.fill("category", *category)).await;
    }
    let page = ana.get("/products?category=cafes").await;
    assert_eq!(page.products().len(), 4);
    assert_eq!(page.texts("#product-table tbody td:nth-of-type(3)"), ["Cafés"; 4]);
    let options = page.texts("#filter-category option[value='Cafés']");
    assert_eq!(options, ["Cafés (4)"]);
}

#[tokio::test]
async fn a_product_that_does_not_exist_is_not_found() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let unknown = bodega::id::Id::new().to_string();
    for id in [unknown.as_str(), "1", "x'--", "%00", "zzzzzzzzzzzzzzzzzzzzzzzzzz", "..%2f..%2fetc"] {
        ana.get(&format!("/products/{id}")).await.assert_page(404, Language::Spanish);
        ana.get(&format!("/products/{id}/edit")).await.assert_page(404, Language::Spanish);
    }
}

#[tokio::test]
async fn every_colleague_may_work_with_every_product() {
    let replica = Shop::new().await.replica().await;
    let (mut ana, mut luis) = (replica.person("Ana").await, replica.person("Luis").await);
    let path = ana.add_product("Café", "C-1").await;
    let form = luis.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "8");
    luis.submit(&form).await.assert_redirect(&path);
    assert!(ana.get(&path).await.text().contains("Luis Prueba"));
}

/// Some letters are longer in lower case: `İ` becomes two characters.
#[tokio::test]
async fn letters_that_grow_in_lower_case_fit_all_the_same() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form(&"İ".repeat(120), &"İ".repeat(40)).await;
    let form = form.fill("category", "İ".repeat(60)).fill("description", "İ ".repeat(999) + "İİ");
    let path = ana.add(&form).await;
    assert_eq!(ana.get(&path).await.text_of("dl.details code"), "İ".repeat(40));
    let answer = ana.submit(&ana.clone().product_form("Otro", &"İ".repeat(40)).await).await;
    assert!(answer.message("code").is_some());
}

/// What the database takes for nothing or for the same is not what a program takes for it.
#[tokio::test]
async fn odd_texts_are_stored_as_typed() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let odd = ["\u{301}", "👩\u{200d}🔧", "ﷺ", "ß", "-", "NULL", "0", "a\u{a0}b", "\u{fffd}"];
    for (index, text) in odd.iter().enumerate() {
        let form = ana.product_form(text, &format!("C-{index}")).await;
        let path = ana.add(&form.fill("category", *text).fill("description", *text)).await;
        let edit = ana.get(&format!("{path}/edit")).await.form_to(&path);
        // Categories that the database takes for the same are one, spelled as the first of them.
        for field in ["name", "description"] {
            assert_eq!(edit.value(field), *text, "{field}");
        }
        let form = edit.fill("category", "Otra");
        ana.submit(&form).await.assert_redirect(&path);
    }
    assert_eq!(ana.get("/products?category=Otra").await.products().len(), odd.len());
    let long: String = (0..500).flat_map(|i| ['ﷺ', char::from_u32(0x3300 + i % 250).unwrap(), ' ']).collect();
    let form = ana.product_form("Largo", "L-1").await.fill("description", long.trim());
    ana.add(&form).await;
}
