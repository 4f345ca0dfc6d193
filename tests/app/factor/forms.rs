//! Every form about second factors, filled in right: for what is promised of all forms.

use bodega::web::Role;

use super::{Person, Phone, first_step};
use crate::roles::add_account;
use crate::support::{Browser, Form, PASSWORD, Replica, unique};

/// The form of a route, in the browser of an administrator or, for visitors' forms, of a visitor.
pub async fn form(replica: &Replica, browser: &mut Browser, administrator: &mut Browser, path: &str) -> Form {
    let own = async |browser: &mut Browser| Person::with(browser.clone(), String::new()).await;
    match path {
        "/login/factor" => {
            let ana = Person::new(replica).await;
            ana.first_step(browser).await.fill("code", ana.phone.code(1))
        }
        "/login/factor/new" => {
            own(administrator).await;
            let form = administrator.get("/users/settings").await.form_to("/users/settings");
            administrator.submit(&form).await.assert_redirect("/users/settings");
            let email = unique("luis") + "@example.com";
            add_account(replica, &email, Role::Administrator).await;
            let page = first_step(browser, &email).await;
            page.form_to(path).fill("code", Phone::of(&page).code(0))
        }
        "/account/factor" => {
            let page = browser.get("/account/factor/new").await;
            page.form_to(path).fill("code", Phone::of(&page).code(0)).fill("password", PASSWORD)
        }
        "/account/factor/remove" => {
            let ana = own(browser).await;
            let form = browser.get("/account/factor").await.form_to(path);
            form.fill("password", PASSWORD).fill("code", ana.phone.code(1))
        }
        "/account/factor/codes" => {
            let ana = own(browser).await;
            let form = browser.get("/account/factor").await.form_to(path);
            form.fill("password", PASSWORD).fill("code", ana.phone.code(1))
        }
        "/account/passkeys" => crate::passkeys::Device::new().enrol(browser).await,
        "/account/passkeys/remove" => {
            let form = crate::passkeys::Device::new().enrol(browser).await;
            browser.submit(&form).await.assert_redirect("/account/passkeys");
            let page = browser.get("/account/passkeys").await;
            let key = page.attribute("input[type='radio']", "value");
            page.form_to(path).fill("passkey", key).fill("password", PASSWORD)
        }
        "/users/settings" => {
            own(browser).await;
            browser.get(path).await.form_to(path)
        }
        "/users/:id/factor/reset" => {
            let email = unique("luis") + "@example.com";
            let luis = replica.person_at("Luis", &email).await;
            Person::with(luis, email.clone()).await;
            let key = browser.get("/users/settings").await.form_to("/users/settings");
            let id = super::administration::id_of(&replica.app.users, &email).await;
            Form::forged(&path.replace(":id", &id.to_string()), &[("_submission", key.value("_submission"))])
        }
        other => panic!("{other} is a new form: teach this test where it stands"),
    }
}
