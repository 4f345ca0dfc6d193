//! People are told of what was changed about how they get in.

use super::{Person, Phone};
use crate::passkeys::Device;
use crate::support::{Letter, MailServer, PASSWORD, Replica, Shop, unique};

/// The letters since the last look, in order; all to one person.
async fn letters(server: &MailServer, replica: &Replica, seen: &mut usize, to: &str) -> Vec<Letter> {
    replica.work().await;
    let new = server.letters().split_off(*seen);
    *seen += new.len();
    assert!(new.iter().all(|letter| letter.to == to), "{new:?}");
    new
}

#[tokio::test]
async fn each_change_is_told_once_to_the_address_that_the_account_has() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let mut seen = 0;
    let mut ana = Person::new(&replica).await;
    let told = letters(&server, &replica, &mut seen, &ana.email).await;
    assert!(told.len() == 1 && told[0].text.contains("verificación en dos pasos"), "{told:?}");
    for code in &ana.recovery_codes {
        assert!(!told[0].text.contains(code.as_str()));
    }

    let form = ana.browser.get("/account/factor").await.form_to("/account/factor/codes");
    let renew = form.fill("password", PASSWORD).fill("code", ana.phone.code(1));
    ana.wait(&shop).await;
    for _ in 0..2 {
        ana.browser.submit(&renew).await.assert_status(200);
    }
    let told = letters(&server, &replica, &mut seen, &ana.email).await;
    assert!(told.len() == 1 && told[0].text.contains("códigos de recuperación nuevos"), "{told:?}");

    ana.wait(&shop).await;
    let add = Device::new().enrol(&mut ana.browser).await.fill("code", ana.phone.code(0));
    ana.browser.submit(&add).await.assert_redirect("/account/passkeys");
    let page = ana.browser.get("/account/passkeys").await;
    let remove = page.form_to("/account/passkeys/remove").fill("password", PASSWORD);
    let remove = remove.fill("passkey", page.attribute("input[type='radio']", "value"));
    ana.browser.submit(&remove.fill("code", ana.phone.code(1))).await.assert_redirect("/account/passkeys");
    let told = letters(&server, &replica, &mut seen, &ana.email).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].text.contains("«Portátil», con la que se entra"), "{told:?}");
    assert!(told[1].text.contains("«Portátil»") && told[1].text.contains("quitado"), "{told:?}");

    ana.wait(&shop).await;
    let form = ana.browser.get("/account/factor").await.form_to("/account/factor/remove");
    let form = form.fill("password", PASSWORD).fill("code", ana.phone.code(0));
    ana.browser.submit(&form).await.assert_redirect("/account/factor");
    let told = letters(&server, &replica, &mut seen, &ana.email).await;
    assert!(told.len() == 1 && told[0].text.contains("basta la contraseña"), "{told:?}");
}

#[tokio::test]
async fn a_change_that_is_refused_is_not_told_and_without_a_server_nothing_waits() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replicas = [shop.replica_with(&[&server.url()]).await, shop.replica().await];
    let email = unique("ana") + "@example.com";
    let mut ana = replicas[0].person_at("Ana", &email).await;
    let page = ana.get("/account/factor/new").await;
    let form = page.form_to("/account/factor").fill("password", PASSWORD);
    ana.submit(&form.clone().fill("code", Phone::of(&page).wrong_code())).await.assert_status(422);
    ana.at(&replicas[1]).submit(&form.fill("code", Phone::of(&page).code(0))).await.assert_status(200);
    replicas[0].work().await;
    assert!(server.letters().is_empty());
}
