//! Two people, or one with two tabs, at the same product.

use crate::chromium::browse;
use crate::site::Site;
use crate::tab::Tab;

#[test]
fn of_two_tabs_the_later_one_sees_both_and_decides() {
    browse(Site::new(), async |tab, site| two_tabs(tab, site).await);
}

#[test]
fn of_two_tabs_the_later_one_sees_both_without_javascript() {
    browse(Site::new(), async |tab, site| {
        tab.scripts(false).await;
        two_tabs(tab, site).await;
    });
}

async fn two_tabs(tab: &Tab, site: &Site) {
    let mut ana = site.replica.person("Ana").await;
    let path = ana.add_product("Café", "CA-1").await;
    tab.sign_in_as(&ana).await;
    tab.open(&format!("{path}/edit")).await;
    tab.fill("name", "Café de Huila").await;

    tab.open_second(&format!("{path}/edit")).await;
    tab.fill_all(&[("name", "Café de Nariño"), ("units", "12")]).await;
    tab.press("Guardar cambios").await;
    tab.wait_for_text("Cambios guardados.").await;

    tab.turn_to(0).await;
    tab.press("Guardar cambios").await;
    tab.wait_for_text("Otra persona guardó este producto mientras lo editabas.").await;
    assert_eq!(tab.value("name").await, "Café de Huila", "what was typed");
    assert_eq!(tab.texts("#product-name-stored q").await, ["Café de Nariño"], "what is stored");
    assert_eq!(tab.texts("#product-units-stored q").await, ["12"]);
    assert_eq!(tab.eval("document.activeElement.id").await, "product-alert");
    tab.press("Guardar lo mío").await;
    tab.wait_for_page("Café de Huila").await;
    assert_eq!(tab.texts(".details .units dd").await, ["7"]);
}
