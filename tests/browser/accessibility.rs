//! axe finds nothing on any page in any state.

use diesel_async::SimpleAsyncConnection;

use crate::axe::inspect;
use crate::chromium::browse;
use crate::site::Site;
use crate::support::unique;

#[test]
fn pages_for_visitors_are_for_everyone() {
    browse(Site::new(), async |tab, site| {
        tab.open("/").await;
        inspect(tab, "welcome").await;
        tab.open("/register").await;
        inspect(tab, "register").await;
        tab.press("Crear cuenta").await;
        tab.wait_for_text("campos por corregir").await;
        inspect(tab, "register with errors").await;

        let email = unique("ana") + "@example.com";
        site.replica.person_at("Ana", &email).await;
        tab.open("/login").await;
        inspect(tab, "login").await;
        tab.fill_all(&[("email", &email), ("password", "no es esta")]).await;
        tab.press("Entrar").await;
        tab.wait_for_text("no son correctos").await;
        inspect(tab, "login, wrong password").await;
        // Sooner or later: the first waits are short.
        while !tab.has("#login-alert p:first-child").await
            || !tab.texts("#login-alert p").await[0].starts_with("Demasiados")
        {
            tab.eval("document.querySelector('#login-alert').remove()").await;
            tab.fill("password", "no es esta").await;
            tab.press("Entrar").await;
            tab.wait_for("document.querySelector('#login-alert')").await;
        }
        inspect(tab, "login, throttled").await;
    });
}

#[test]
fn the_list_is_for_everyone() {
    browse(Site::new(), async |tab, site| {
        let mut ana = site.replica.person("Ana").await;
        tab.sign_in_as(&ana).await;
        tab.open("/products").await;
        inspect(tab, "list, empty shop").await;
        tab.open("/").await;
        inspect(tab, "overview, empty shop").await;

        ana = site.with_products(30).await;
        tab.sign_in_as(&ana).await;
        tab.open("/").await;
        inspect(tab, "overview").await;
        tab.open("/products?page=2").await;
        inspect(tab, "list, page 2").await;
        tab.open("/products?q=codo&category=Torniller%C3%ADa&sort=units&dir=desc").await;
        inspect(tab, "list, filtered").await;
        tab.open("/products?q=submarino").await;
        inspect(tab, "list, nothing found").await;
    });
}

#[test]
fn pages_of_a_product_are_for_everyone() {
    browse(Site::new(), async |tab, site| {
        let mut ana = site.replica.person("Ana").await;
        let path = ana.add_product("Café de Huila", "CA-1").await;
        tab.sign_in_as(&ana).await;
        tab.open("/products/new").await;
        inspect(tab, "new").await;
        tab.press("Crear producto").await;
        tab.wait_for_text("campos por corregir").await;
        inspect(tab, "new with errors").await;
        tab.fill_all(&[("name", "Té"), ("code", "CA-1"), ("units", "1")]).await;
        tab.fill_all(&[("category", "Té"), ("description", "Verde")]).await;
        tab.press("Crear producto").await;
        tab.wait_for_text("Este código ya es de").await;
        inspect(tab, "new, code taken").await;

        tab.open(&path).await;
        inspect(tab, "product").await;
        tab.press("Editar").await;
        tab.fill("units", "muchas").await;
        tab.press("Guardar cambios").await;
        tab.wait_for_text("Escribe un número entero").await;
        inspect(tab, "edit with errors").await;
        let theirs = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("name", "Café de Nariño");
        ana.submit(&theirs).await.assert_redirect(&path);
        tab.fill("units", "3").await;
        tab.press("Guardar cambios").await;
        tab.wait_for_text("Otra persona guardó").await;
        inspect(tab, "conflict").await;
        tab.press("Guardar lo mío").await;
        tab.wait_for_text("Cambios guardados").await;
        inspect(tab, "product, saved").await;

        tab.press("Eliminar").await;
        tab.wait_for_text("Se ha eliminado").await;
        inspect(tab, "list with undo").await;
        tab.open(&path).await;
        inspect(tab, "deleted product").await;
    });
}

#[test]
fn pages_of_errors_are_for_everyone() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.replica.person("Ana").await).await;
        tab.open("/nowhere").await;
        tab.wait_for_page("Esta página no existe").await;
        inspect(tab, "404").await;

        tab.send_from_elsewhere("/login").await;
        tab.wait_for_page("Aquí no puedes pasar").await;
        inspect(tab, "403").await;

        site.leave();
        tab.open("/products").await;
        tab.wait_for_page("Volvemos enseguida").await;
        inspect(tab, "503 of HAProxy").await;
        site.come_back();

        site.products.refuse();
        tab.open("/products").await;
        tab.wait_for_page("Un momento, por favor").await;
        inspect(tab, "503").await;
        site.products.heal();

        let mut database = site.shop.products_connection().await;
        let spoil = "SET foreign_key_checks = 0; DROP TABLE categories, products";
        database.batch_execute(spoil).await.expect("tables");
        tab.open("/products").await;
        tab.wait_for_page("Algo ha fallado de nuestra parte").await;
        inspect(tab, "500").await;
    });
}
