//! All that a clerk does in a day.

use crate::chromium::browse;
use crate::site::Site;
use crate::support::{PASSWORD, unique};
use crate::tab::{Size, Tab};

#[test]
fn on_a_desktop_a_person_registers_creates_edits_deletes_undoes_signs_out_and_in() {
    browse(Site::new(), async |tab, _| whole_day(tab).await);
}

#[test]
fn on_a_phone_a_person_does_all_the_same() {
    browse(Site::new(), async |tab, _| {
        tab.resize(Size::Phone).await;
        whole_day(tab).await;
    });
}

#[test]
fn without_javascript_a_person_does_all_the_same() {
    browse(Site::new(), async |tab, _| {
        tab.scripts(false).await;
        whole_day(tab).await;
    });
}

async fn whole_day(tab: &Tab) {
    let email = unique("ana") + "@example.com";
    register(tab, &email).await;
    create(tab).await;
    edit(tab).await;
    delete_and_undo(tab).await;
    sign_out_and_in(tab, &email).await;
    assert_eq!(tab.products().await, ["Café de Huila"]);
}

async fn register(tab: &Tab, email: &str) {
    tab.open("/").await;
    tab.press("Crear cuenta").await;
    tab.wait_for_page("Crear una cuenta").await;
    tab.fill_all(&[("first_name", "Ana"), ("last_name", "Núñez"), ("email", email)]).await;
    tab.fill("password", PASSWORD).await;
    tab.press("Crear cuenta").await;
    tab.wait_for_page("Productos").await;
    assert_eq!(tab.texts("header .person").await, ["Ana Núñez"]);
}

async fn create(tab: &Tab) {
    tab.press("Crear el primer producto").await;
    tab.wait_for_page("Nuevo producto").await;
    tab.fill_all(&[("name", "Café de Huila"), ("code", "CA-1"), ("units", "40")]).await;
    tab.fill_all(&[("category", "Cafés"), ("description", "Tostado medio.\nNotas de cacao.")]).await;
    tab.press("Crear producto").await;
    tab.wait_for_page("Café de Huila").await;
    tab.wait_for_text("Producto creado.").await;
}

async fn edit(tab: &Tab) {
    tab.press("Editar").await;
    tab.wait_for_page("Editar Café de Huila").await;
    tab.fill("units", "12").await;
    tab.press("Guardar cambios").await;
    tab.wait_for_page("Café de Huila").await;
    tab.wait_for_text("Cambios guardados.").await;
    assert_eq!(tab.texts(".details .units dd").await, ["12"]);
    assert!(tab.texts(".prose").await[0].ends_with("Notas de cacao."));
}

async fn delete_and_undo(tab: &Tab) {
    tab.press("Eliminar").await;
    tab.wait_for_page("Productos").await;
    tab.wait_for_text("Se ha eliminado «Café de Huila»").await;
    assert!(tab.products().await.is_empty());
    tab.press("Deshacer").await;
    tab.wait_for_page("Café de Huila").await;
    tab.wait_for_text("Producto restaurado.").await;
}

async fn sign_out_and_in(tab: &Tab, email: &str) {
    tab.press_in("header", "Salir").await;
    tab.wait_for_page("Entrar").await;
    tab.fill_all(&[("email", email), ("password", PASSWORD)]).await;
    tab.press("Entrar").await;
    tab.wait_for_page("Productos").await;
}
