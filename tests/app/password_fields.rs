//! Fields for passwords, on every page that has one.

use bodega::accounts::LinkKind;

use crate::factor::{Person, first_step};
use crate::routes::own_link;
use crate::support::{Answer, Shop, unique};

#[tokio::test]
async fn every_password_is_masked_can_be_shown_and_is_known_to_password_managers() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = unique("eva") + "@example.com";
    let mut eva = replica.person_at("Eva", &email).await;
    let form = eva.get("/users/invitations").await.form("#invitation-form");
    let invited = eva.submit(&form.fill("email", unique("luis") + "@example.com")).await;
    let invitation = invited.attribute(".link input", "value").replace("http://localhost:8080", "");
    let link = format!("/password/new/{}", own_link(&replica, &email, LinkKind::Password).await);
    let mut ana = Person::new(&replica).await;

    let mut visitor = replica.visitor();
    for (page, purposes) in [
        (visitor.get("/login").await, &["username", "current-password"][..]),
        (visitor.get("/register").await, &["given-name", "family-name", "username", "new-password"]),
        (visitor.get(&invitation).await, &["username", "given-name", "family-name", "new-password"]),
        (visitor.get(&link).await, &["new-password"]),
        (eva.get("/account/factor/new").await, &["one-time-code", "current-password"]),
        (eva.get("/account/passkeys").await, &["current-password"]),
        (ana.browser.get("/account/factor").await, &["current-password", "one-time-code"]),
        (first_step(&mut visitor, &ana.email).await, &["one-time-code"]),
        (
            eva.get("/account").await,
            &["given-name", "family-name", "email", "username", "current-password", "new-password"],
        ),
    ] {
        assert_masked(&page);
        let known = page.attributes("main [autocomplete]", "autocomplete");
        for purpose in purposes {
            assert!(known.iter().any(|other| other == purpose), "{purpose}: {known:?}");
        }
    }
}

/// No password can be read over a shoulder before somebody presses the button beside it, and none is sent
/// along by the page or kept from being pasted.
fn assert_masked(page: &Answer) {
    page.assert_status(200);
    let any = "main [name*='password'], main [autocomplete$='-password']";
    let (fields, ids) = (page.attributes(any, "type"), page.attributes(any, "id"));
    assert!(fields.iter().all(|kind| kind == "password"), "{fields:?}");
    assert_eq!(page.attributes(any, "autocomplete").len(), ids.len());
    assert!(page.attributes(any, "value").is_empty() && page.attributes(any, "maxlength").is_empty());
    for id in ids {
        assert!(
            page.has(&format!(".reveal[type='button'][aria-pressed='false'][aria-controls='{id}']")),
            "{id}"
        );
    }
    assert!(!page.has("main [onpaste]"));
}
