//! axe finds nothing on any page in any state.

use diesel_async::SimpleAsyncConnection;
use thirtyfour::By;
use url::Url;

use crate::axe::inspect;
use crate::chromium::browse;
use crate::factor::{give_password, sign_out};
use crate::passkeys::{add, plug_in, unplug};
use crate::site::Site;
use crate::support::{Browser, PASSWORD, Phone, unique};
use crate::tab::Tab;

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
fn pages_of_ones_own_account_are_for_everyone() {
    browse(Site::new(), async |tab, site| {
        plug_in(tab).await;
        let email = unique("ana") + "@example.com";
        tab.sign_in_as(&site.replica.person_at("Ana", &email).await).await;
        site.replica.sign_in(&email).await;
        tab.open("/account").await;
        inspect(tab, "account with two sign-ins").await;
        tab.fill("first_name", "").await;
        tab.press("Guardar").await;
        tab.wait_for_text("Este campo no puede quedar vacío").await;
        inspect(tab, "account with errors").await;

        tab.open("/account/passkeys").await;
        inspect(tab, "no passkeys").await;
        add(tab).await;
        inspect(tab, "a passkey").await;
        tab.fill("password", PASSWORD).await;
        tab.press("Quitar la elegida").await;
        tab.wait_for_text("Elige una de tus llaves").await;
        inspect(tab, "a passkey, none chosen").await;
        unplug(tab).await;
    });
}

#[test]
fn pages_of_the_second_factor_are_for_everyone() {
    browse(Site::new(), async |tab, site| {
        let email = unique("ana") + "@example.com";
        tab.sign_in_as(&site.replica.person_at("Ana", &email).await).await;
        let phone = look_at_setting_up(tab).await;
        sign_out(tab).await;
        give_password(tab, &email).await;
        inspect(tab, "second step").await;
        tab.click(By::Css("summary")).await;
        tab.fill("recovery_code", "no es ninguno").await;
        tab.press("Entrar").await;
        tab.wait_for_text("Este código no vale").await;
        inspect(tab, "second step, wrong recovery code").await;
        tab.scripts(false).await;
        give_password(tab, &email).await;
        tab.scripts(true).await; // axe is one
        inspect(tab, "second step, a page of its own").await;
        give_password(tab, &email).await;
        tab.fill("code", &phone.code(1)).await;
        tab.press("Entrar").await;
        tab.wait_for_page("Productos").await;
    });
}

/// Sets a second factor up, with a look at each page.
async fn look_at_setting_up(tab: &Tab) -> Phone {
    tab.open("/account/factor").await;
    inspect(tab, "no second factor").await;
    tab.press("Activarla").await;
    tab.wait_for_page("Activar la verificación en dos pasos").await;
    inspect(tab, "setting a second factor up").await;
    let phone = Phone::with_key(&tab.texts(".key code").await[0]);
    tab.fill_all(&[("code", &phone.wrong_code()), ("password", PASSWORD)]).await;
    tab.press("Activar").await;
    tab.wait_for_text("Este código no vale").await;
    inspect(tab, "setting a second factor up, wrong code").await;
    tab.fill_all(&[("code", &phone.code(0)), ("password", PASSWORD)]).await;
    tab.press("Activar").await;
    tab.wait_for_page("Códigos de recuperación").await;
    inspect(tab, "recovery codes").await;
    tab.press("Ya los he guardado").await;
    tab.wait_for_text("Te quedan 10 sin usar.").await;
    inspect(tab, "second factor").await;
    phone
}

#[test]
fn pages_of_a_forgotten_password_are_for_everyone() {
    browse(Site::new(), async |tab, site| {
        let email = unique("ana") + "@example.com";
        let mut administrator = site.replica.person("Eva").await;
        site.replica.person_at("Ana", &email).await;
        tab.open("/password/forgotten").await;
        inspect(tab, "forgotten password, without mail").await;
        tab.open("/password/forgotten/sent").await;
        inspect(tab, "link sent").await;
        tab.open("/password/new/none").await;
        inspect(tab, "a link that is no good").await;
        let link = password_link(&mut administrator, &email).await;
        tab.open(&link).await;
        inspect(tab, "new password").await;
        tab.fill("password", "corta").await;
        tab.press("Guardar la contraseña").await;
        tab.wait_for_text("Demasiado corta").await;
        inspect(tab, "new password, too short").await;
        tab.fill("password", "nueve faros verdes 28").await;
        tab.press("Guardar la contraseña").await;
        tab.wait_for_page("Contraseña guardada").await;
        inspect(tab, "password set").await;
    });
}

#[test]
fn pages_of_administrators_are_for_everyone() {
    browse(Site::new(), async |tab, site| {
        let mut eva = site.replica.person("Eva").await;
        // Nobody asks others for a second factor without one.
        Phone::set_up(&mut eva).await;
        let email = unique("una-persona-con-una-direccion-muy-larga") + "@example.com";
        site.replica.person_at("Maximiliana", &email).await;
        tab.sign_in_as(&eva).await;
        tab.open("/users").await;
        inspect(tab, "people").await;
        tab.open("/users?q=nadie").await;
        inspect(tab, "people, nobody found").await;
        tab.open(&person_page(&mut eva, &email).await).await;
        inspect(tab, "a person").await;
        tab.press("Crear un enlace para otra contraseña").await;
        tab.wait_for_text("Enlace para otra contraseña").await;
        inspect(tab, "a person, with a link").await;
        tab.press("Desactivar cuenta").await;
        tab.wait_for_text("Cuenta desactivada.").await;
        inspect(tab, "a disabled person").await;

        tab.open("/users/invitations").await;
        inspect(tab, "no invitations").await;
        tab.press("Invitar").await;
        tab.wait_for_text("Este campo no puede quedar vacío").await;
        inspect(tab, "invitations with errors").await;
        tab.fill("email", &(unique("otra-direccion-muy-larga") + "@example.com")).await;
        tab.press("Invitar").await;
        tab.wait_for_text("Enlace para aceptar la invitación").await;
        inspect(tab, "invitations, with a link").await;
        let link = tab.eval("document.querySelector('.link input').value").await;
        let link = link.as_str().expect("a link").to_owned();

        tab.open("/users/log").await;
        inspect(tab, "log").await;
        tab.open("/users/log?event=recovery-code-used").await;
        inspect(tab, "log, nothing found").await;
        tab.open("/users/settings").await;
        inspect(tab, "settings").await;
        tab.press("Exigirla a quienes administran y gestionan").await;
        tab.wait_for_text("Quienes administran y gestionan la necesitan.").await;
        inspect(tab, "settings, second factor required").await;
        tab.open("/jobs").await;
        inspect(tab, "no jobs").await;
        let failed = "INSERT INTO jobs (id, kind, input, position, last_error, created_at, run_at, ended_at, failed_at) \
            VALUES (REPEAT('a', 16), 'mail', '', '', REPEAT('lang', 60), NOW(), NULL, NOW(), NOW()), \
            (REPEAT('b', 16), 'mail', '', '', NULL, NOW(), NOW(), NULL, NULL)";
        site.shop.users_connection().await.batch_execute(failed).await.expect("a table");
        tab.open("/jobs").await;
        inspect(tab, "jobs").await;

        sign_out(tab).await;
        tab.open(link.strip_prefix(&site.address()).expect("a link of this site")).await;
        inspect(tab, "accepting an invitation").await;
        tab.press("Crear cuenta").await;
        tab.wait_for_text("campos por corregir").await;
        inspect(tab, "accepting an invitation, with errors").await;
        tab.open("/invitations/none").await;
        inspect(tab, "an invitation that is no good").await;
    });
}

/// The path of a person's page.
async fn person_page(administrator: &mut Browser, email: &str) -> String {
    let list = administrator.get(&format!("/users?q={email}")).await;
    list.attribute("#people-table a[href^='/users/0']", "href")
}

/// The path of a link by which a person sets a password.
async fn password_link(administrator: &mut Browser, email: &str) -> String {
    let page = person_page(administrator, email).await;
    let form = administrator.get(&page).await.form_to(&format!("{page}/password-link"));
    let link = administrator.submit(&form).await.attribute(".link input", "value");
    Url::parse(&link).expect("an address").path().to_owned()
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
