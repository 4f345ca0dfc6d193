//! Finding one's way through the list.

use thirtyfour::By;
use thirtyfour::prelude::*;

use crate::chromium::browse;
use crate::site::Site;
use crate::tab::Tab;

#[test]
fn a_search_as_one_types_replaces_only_the_list_and_keeps_focus_and_caret() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.with_products(30).await).await;
        tab.open("/products").await;
        tab.eval("(window.before = [...document.querySelectorAll('h1, #filter, header')], true)").await;
        tab.click(By::Id("filter-q")).await;
        tab.keys("cdo" + Key::Left + Key::Left + "o").await;
        tab.wait_for("location.search === '?q=codo'").await;
        tab.wait_for("document.querySelectorAll('#product-table tbody tr').length === 5").await;
        assert!(tab.products().await.iter().all(|name| name.starts_with("Codo")));

        assert_eq!(tab.eval("before.every(element => element.isConnected)").await, true, "the rest stayed");
        assert_eq!(tab.eval("document.activeElement.id").await, "filter-q");
        assert_eq!(tab.eval("document.activeElement.selectionStart").await, 2, "the caret");
        tab.wait_for("document.querySelector('#announcer').textContent === '5 resultados'").await;
    });
}

#[test]
fn back_restores_the_list_and_the_fields_of_its_filter() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.with_products(30).await).await;
        tab.open("/products?q=codo").await;
        let codos = tab.products().await;
        tab.press("Unidades").await;
        tab.wait_for("location.search.includes('sort=units')").await;
        tab.choose("category", "Tornillería").await;
        tab.wait_for("location.search.includes('category=')").await;
        tab.wait_for_text("1 resultado").await;

        tab.back().await;
        tab.wait_for("location.search === '?q=codo'").await;
        tab.wait_for("document.querySelectorAll('#product-table tbody tr').length === 5").await;
        assert_eq!(tab.products().await, codos);
        assert_eq!((tab.value("q").await, tab.value("category").await), ("codo".into(), String::new()));

        tab.press(&codos[0]).await;
        tab.wait_for_page(&codos[0]).await;
        tab.back().await;
        tab.wait_for_page("Productos").await;
        assert_eq!((tab.products().await, tab.value("q").await), (codos, "codo".into()));
    });
}

#[test]
fn an_emptied_search_leaves_a_clean_address() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.with_products(3).await).await;
        tab.open("/products?q=codo&sort=units").await;
        tab.press("Quitar filtros").await;
        tab.wait_for_text("3 productos").await;
        assert_eq!((tab.path().await.as_str(), tab.value("q").await.as_str()), ("/products", ""));

        tab.open("/products?q=codo").await;
        tab.click(By::Id("filter-q")).await;
        tab.keys(Key::End + Key::Backspace + Key::Backspace + Key::Backspace + Key::Backspace).await;
        tab.wait_for_text("3 productos").await;
        assert_eq!(tab.path().await, "/products");
    });
}

#[test]
fn people_sort_page_and_filter() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.with_products(30).await).await;
        tab.open("/products").await;
        tab.eval("(window.isSamePage = true)").await;
        find_ones_way(tab, async || ()).await;
        assert_eq!(tab.eval("window.isSamePage").await, true, "only parts were fetched");
    });
}

#[test]
fn people_sort_page_and_filter_without_javascript() {
    browse(Site::new(), async |tab, site| {
        tab.scripts(false).await;
        tab.sign_in_as(&site.with_products(30).await).await;
        tab.open("/products").await;
        find_ones_way(tab, async || tab.press("Buscar").await).await;
    });
}

/// `search` sends the filter, where it does not send itself.
async fn find_ones_way(tab: &Tab, search: impl AsyncFn()) {
    tab.wait_for_text("30 productos").await;
    assert_eq!(tab.products().await.len(), 25);
    tab.press("Siguiente").await;
    tab.wait_for_text("Página 2 de 2").await;
    assert_eq!((tab.products().await.len(), tab.path().await.as_str()), (5, "/products?page=2"));

    for order in ["ascending", "descending"] {
        tab.press("Unidades").await;
        tab.wait_for(&format!("document.querySelector('th.units[aria-sort={order}]')")).await;
        let units = units(tab).await;
        let sorted = if order == "ascending" { units.is_sorted() } else { units.iter().rev().is_sorted() };
        assert!(sorted && units.len() == 25, "{order}: {units:?}");
    }

    tab.choose("category", "Tornillería").await;
    search().await;
    tab.wait_for_text("6 resultados").await;
    assert!(tab.path().await.contains("sort=units&dir=desc"), "the order stays: {}", tab.path().await);
    assert_eq!(tab.value("category").await, "Tornillería");
}

async fn units(tab: &Tab) -> Vec<u32> {
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let texts = tab.texts("#product-table td[data-unit]").await;
    texts.iter().map(|text| digits(text).parse().expect("a number")).collect()
}
