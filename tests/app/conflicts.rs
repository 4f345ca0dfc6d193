//! Someone else saved first.

use bodega::web::{Language, Message};

use crate::support::{Browser, Htmx, Shop};

async fn edit(browser: &mut Browser, path: &str) -> crate::support::Form {
    browser.get(&format!("{path}/edit")).await.form_to(path)
}

#[tokio::test]
async fn what_was_typed_is_kept_and_shown_beside_what_is_stored() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (mut ana, mut luis) = (replica.person("Ana").await, replica.person("Luis").await);
    let path = ana.add_product("Café", "C-1").await;
    let (hers, his) = (edit(&mut ana, &path).await, edit(&mut luis, &path).await);
    ana.submit(&hers.fill("units", "10").fill("name", "Café molido")).await.assert_redirect(&path);
    let answer = luis.submit(&his.fill("units", "99")).await;
    answer.assert_page(409, Language::Spanish);
    assert!(answer.alert().contains(&Message::new("version-conflict").text(Language::Spanish)));
    assert!(answer.alert().contains("Ana Prueba"));
    let form = answer.form_to(&path);
    assert_eq!((form.value("units"), form.value("name")), ("99", "Café"));
    assert!(answer.text_of("#product-units-stored").contains("10"));
    assert!(answer.text_of("#product-name-stored").contains("Café molido"));
    assert!(!answer.has("#product-code-stored"), "the same on both sides");
    // Nothing is overwritten unknowingly; knowingly it is.
    assert_eq!(ana.get(&path).await.text_of("h1"), "Café molido");
    luis.submit(&form).await.assert_redirect(&path);
    assert_eq!(ana.get(&path).await.text_of("dd[data-unit]"), "99");
}

#[tokio::test]
async fn htmx_gets_the_conflict_as_the_form_alone() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let (first, second) = (edit(&mut ana, &path).await, edit(&mut ana, &path).await);
    ana.submit(&first.fill("units", "1")).await.assert_redirect(&path);
    let answer = ana.htmx(Htmx::Partial).submit(&second.fill("units", "2")).await;
    answer.assert_status(409);
    assert!(answer.text().trim_start().starts_with("<form"));
}

#[tokio::test]
async fn of_many_who_save_at_once_one_wins_and_all_others_are_told() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let mut saves = vec![];
    for count in 0..8 {
        let mut browser = ana.clone();
        browser.at(&replicas[count % 2]);
        let form = edit(&mut browser, &path).await.fill("units", count.to_string());
        saves.push(async move { browser.submit(&form).await.status });
    }
    let tasks: Vec<_> = saves.into_iter().map(tokio::spawn).collect();
    let mut statuses = vec![];
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(edit(&mut ana, &path).await.value("version"), "2");
}

#[tokio::test]
async fn a_product_that_was_deleted_meanwhile_is_a_conflict() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let form = edit(&mut ana, &path).await.fill("units", "1");
    ana.press(&path, "delete").await.assert_redirect("/products");
    let answer = ana.submit(&form).await;
    answer.assert_page(409, Language::Spanish);
    assert!(!answer.alert().is_empty() && !answer.alert().contains("Unknown"), "{}", answer.alert());
    assert_eq!(answer.form_to(&path).value("units"), "1");
}

#[tokio::test]
async fn a_form_without_a_version_is_never_the_newest() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    for version in ["", "0", "-1", "x", "4294967296"] {
        let form = edit(&mut ana, &path).await.fill("version", version);
        ana.submit(&form).await.assert_status(409);
    }
    let form = edit(&mut ana, &path).await.without("version");
    ana.submit(&form).await.assert_status(409);
}
