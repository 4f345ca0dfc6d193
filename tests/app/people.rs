//! Administrators and the people they look after.

use bodega::accounts::link;
use bodega::auth;
use bodega::web::{Language, Message, Role};
use fred::prelude::*;

use crate::roles::{add_account, person_as, sign_in};
use crate::support::{Browser, Form, Htmx, PASSWORD, Replica, Server, Shop, shared_mysql, unique};

struct Office {
    shop: Shop,
    replica: Replica,
    /// The first administrator.
    ana: Browser,
}

impl Office {
    async fn new() -> Self {
        let shop = Shop::new().await;
        let replica = shop.replica().await;
        let ana = replica.person("Ana").await;
        Self { shop, replica, ana }
    }

    /// Somebody with this role, by address and page.
    async fn add(&self, role: Role) -> (String, String) {
        let email = unique("luis") + "@example.com";
        let account = add_account(&self.replica, &email, role).await;
        (email, format!("/users/{}", account.id))
    }
}

/// The form of a person's page, by the end of its address.
async fn form(browser: &mut Browser, person: &str, verb: &str) -> Form {
    browser.get(person).await.form_to(&format!("{person}/{verb}"))
}

fn text(key: &'static str) -> String {
    Message::new(key).text(Language::Spanish)
}

#[tokio::test]
async fn the_list_is_searched_filtered_sorted_and_paged() {
    let Office { replica, mut ana, .. } = Office::new().await;
    for number in 0..30 {
        let role = if number < 3 { Role::Viewer } else { Role::Clerk };
        add_account(&replica, &format!("n{number:02}@example.com"), role).await;
    }
    let emails = |answer: crate::support::Answer| answer.texts("#people-table tbody td:nth-child(2)");
    assert_eq!(emails(ana.get("/users").await).len(), 25);
    assert_eq!(emails(ana.get("/users?page=2").await).len(), 6);
    for last in ["3", "999", "99999999999999999999"] {
        assert_eq!(emails(ana.get(&format!("/users?page={last}")).await).len(), 6, "{last}");
    }
    assert_eq!(emails(ana.get("/users?q=N07").await), ["n07@example.com"]);
    assert_eq!(emails(ana.get("/users?q=EVÁ+n08@").await), ["n08@example.com"], "no accents, no case");
    assert_eq!(emails(ana.get("/users?q=%25").await).len(), 0, "signs of patterns are themselves");
    assert_eq!(emails(ana.get("/users?role=viewer&sort=email&dir=desc").await)[0], "n02@example.com");
    assert_eq!(emails(ana.get("/users?state=disabled").await).len(), 0);
    for sort in ["name", "email", "role", "seen", "created", "nonsense"] {
        ana.get(&format!("/users?sort={sort}&dir=desc&page=-1")).await.assert_status(200);
    }
    ana.htmx(Htmx::Partial);
    let part = ana.get("/users?q=n07").await;
    assert!(part.has("#people-list") && !part.has("header"));
}

#[tokio::test]
async fn a_changed_role_counts_from_the_next_request_on_on_every_replica() {
    let mut office = Office::new().await;
    let other = office.shop.replica().await;
    let (email, person) = office.add(Role::Clerk).await;
    let mut luis = sign_in(&other, &email).await;
    let form = form(&mut office.ana, &person, "role").await;
    assert_eq!(form.value("role"), "clerk");
    let open = luis.product_form("Té", "T-1").await;
    office.ana.submit(&form.fill("role", "viewer")).await.assert_redirect(&person);
    assert!(office.ana.get(&person).await.has(".notice"));
    luis.get("/products/new").await.assert_page(403, Language::Spanish);
    luis.submit(&open).await.assert_status(403);
    luis.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_cannot_come_back_before_being_enabled() {
    let mut office = Office::new().await;
    let other = office.shop.replica().await;
    let (email, person) = office.add(Role::Clerk).await;
    let mut luis = sign_in(&other, &email).await;
    let disable = form(&mut office.ana, &person, "disable").await;
    office.ana.submit(&disable).await.assert_redirect(&person);
    luis.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    assert_eq!(luis.get("/login?next=%2Fproducts").await.alert(), text("ended-disabled"), "with the reason");
    let credentials = Form::forged("/login", &[("email", &email), ("password", PASSWORD)]);
    let refused = other.visitor().submit(&credentials).await;
    refused.assert_status(422);
    assert_eq!(refused.alert(), text("login-disabled"));
    let wrong = Form::forged("/login", &[("email", &email), ("password", "no es la clave")]);
    assert_eq!(
        other.visitor().submit(&wrong).await.alert(),
        text("login-failed"),
        "only its owner learns it"
    );
    let enable = form(&mut office.ana, &person, "enable").await;
    office.ana.submit(&enable).await.assert_redirect(&person);
    sign_in(&other, &email).await;
    luis.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

/// As after a loss of power, which Redis' append-only file survives but for the last second.
#[tokio::test]
async fn who_is_disabled_or_demoted_stays_so_when_redis_forgets_it() {
    let mut server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let ana = replica.person("Ana").await;
    let mut office = Office { shop, replica, ana };
    let (email_of_luis, luis) = office.add(Role::Clerk).await;
    let (email_of_eva, eva) = office.add(Role::Clerk).await;
    let mut browsers =
        [sign_in(&office.replica, &email_of_luis).await, sign_in(&office.replica, &email_of_eva).await];
    let client = crate::sessions::redis(&server.address()).await;
    let keys: Vec<String> = client.custom(fred::cmd!("KEYS"), vec!["bodega:session:*"]).await.unwrap();
    let before: Vec<String> = client.mget(keys.clone()).await.unwrap();
    let change = form(&mut office.ana, &luis, "role").await.fill("role", "viewer");
    office.ana.submit(&change).await.assert_redirect(&luis);
    let disable = form(&mut office.ana, &eva, "disable").await;
    office.ana.submit(&disable).await.assert_redirect(&eva);
    let told: Vec<String> = client.mget(keys.clone()).await.unwrap();
    assert_eq!(std::iter::zip(&before, &told).filter(|(before, told)| before != told).count(), 2);

    server.kill();
    server.start();
    let client = crate::sessions::redis(&server.address()).await;
    for (key, value) in std::iter::zip(&keys, &before) {
        client.set::<(), _, _>(key, value, None, None, false).await.unwrap();
    }
    while auth::sessions(&office.replica.app).store().sync().await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    browsers[0].get("/products/new").await.assert_status(403);
    browsers[1].get("/products").await.assert_redirect("/login?next=%2Fproducts");
    office.ana.get("/users").await.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn who_is_disabled_or_demoted_stays_so_when_redis_is_emptied() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let mut others = vec![];
    for verb in ["disable", "role"] {
        let email = unique("luis") + "@example.com";
        let person = format!("/users/{}", add_account(&replica, &email, Role::Clerk).await.id);
        others.push(sign_in(&replica, &email).await);
        let form = form(&mut ana, &person, verb).await;
        let form = if verb == "role" { form.fill("role", "viewer") } else { form };
        ana.submit(&form).await.assert_redirect(&person);
    }
    let client = Client::new(Config::from_url(shop.redis_url.as_str()).unwrap(), None, None, None);
    client.init().await.unwrap();
    client.flushall::<()>(false).await.unwrap();
    others[0].get("/products").await.assert_redirect("/login?next=%2Fproducts");
    others[1].get("/products/new").await.assert_status(403);
    others[1].get("/products").await.assert_status(200);
}

#[tokio::test]
async fn all_sign_ins_of_a_person_end_together() {
    let mut office = Office::new().await;
    let other = office.shop.replica().await;
    let (email, person) = office.add(Role::Clerk).await;
    let mut devices = [sign_in(&office.replica, &email).await, sign_in(&other, &email).await];
    let end = form(&mut office.ana, &person, "sign-ins/end").await;
    office.ana.submit(&end).await.assert_redirect(&person);
    for device in &mut devices {
        device.get("/products").await.assert_redirect("/login?next=%2Fproducts");
        assert_eq!(device.get("/login").await.alert(), text("ended-administrator"));
    }
    sign_in(&other, &email).await.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let mut office = Office::new().await;
    let page = office.ana.get("/users").await;
    let ana = page.attribute("#people-table a[href^='/users/']", "href");
    for verb in ["role", "disable"] {
        let form = form(&mut office.ana, &ana, verb).await.fill("role", "clerk");
        let answer = office.ana.submit(&form).await;
        answer.assert_status(422);
        assert_eq!(answer.alert(), text("people-last-administrator"));
    }
    // One who is disabled does not count.
    let (_, eva) = office.add(Role::Administrator).await;
    let disable = form(&mut office.ana, &eva, "disable").await;
    office.ana.submit(&disable).await.assert_redirect(&eva);
    let demote = form(&mut office.ana, &ana, "role").await.fill("role", "clerk");
    office.ana.submit(&demote).await.assert_status(422);
    office.ana.get("/users").await.assert_status(200);
}

#[tokio::test]
async fn of_two_administrators_who_turn_on_each_other_at_once_one_is_left() {
    for verb in ["role", "disable"] {
        let mut office = Office::new().await;
        let ana = office.ana.get("/users").await.attribute("#people-table a[href^='/users/']", "href");
        let (email, eva) = office.add(Role::Administrator).await;
        let mut her = sign_in(&office.shop.replica().await, &email).await;
        let against_eva = form(&mut office.ana, &eva, verb).await.fill("role", "clerk");
        let against_ana = form(&mut her, &ana, verb).await.fill("role", "clerk");
        let (a, b) = tokio::join!(office.ana.submit(&against_eva), her.submit(&against_ana));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 303, "{verb}");
        assert!([303, 403, 422].contains(&statuses[1]), "{verb}: {statuses:?}");
        let left = [office.ana.get("/users").await.status, her.get("/users").await.status];
        assert_eq!(left.iter().filter(|status| **status == 200).count(), 1, "{verb}: {left:?}");
    }
}

#[tokio::test]
async fn a_request_under_way_of_somebody_demoted_meanwhile_changes_nothing() {
    let mut office = Office::new().await;
    let (_, luis) = office.add(Role::Clerk).await;
    let mut eva = person_as(&office.replica, Role::Administrator).await;
    let form = form(&mut eva, &luis, "role").await.fill("role", "administrator");
    let source = bodega::audit::Source {
        actor: bodega::audit::Who { id: Some(bodega::id::Id::new()), email: String::new() },
        ..Default::default()
    };
    let id = luis.trim_start_matches("/users/").parse().unwrap();
    let changed = office.replica.app.users.run(async |connection| {
        bodega::people::administration::set_role(id, Role::Administrator, &source, connection).await
    });
    assert_eq!(changed.await.unwrap(), Err(bodega::people::administration::Refusal::NotAllowed));
    assert_eq!(office.ana.get(&luis).await.form_to(&form.action).value("role"), "clerk");
}

#[tokio::test]
async fn a_link_for_a_new_password_is_shown_once_and_stored_as_a_hash_for_half_an_hour() {
    let mut office = Office::new().await;
    let (_, person) = office.add(Role::Clerk).await;
    let make = form(&mut office.ana, &person, "password-link").await;
    let shown = office.ana.submit(&make).await;
    shown.assert_page(200, Language::Spanish);
    let address = shown.attribute(".link input", "value");
    let token = address.strip_prefix("http://localhost:8080/password/new/").expect("a link of this site");
    let find = async |token: &str| {
        let users = &office.replica.app.users;
        users
            .run(async |connection| link::find(token, link::LinkKind::Password, connection).await)
            .await
            .unwrap()
    };
    assert!(find(token).await.is_some());
    let again = office.ana.submit(&make).await;
    again.assert_status(200);
    assert!(!again.has(".link") && again.alert() == text("people-link-gone"));
    assert!(find(token).await.is_some(), "the first one is still good");
    let next = form(&mut office.ana, &person, "password-link").await;
    office.ana.htmx(Htmx::Partial);
    let part = office.ana.submit(&next).await;
    office.ana.htmx(Htmx::No);
    assert!(part.has("section#person .link input") && !part.has("header"));
    assert!(find(token).await.is_none(), "a new one ends the one before");
    let disable = form(&mut office.ana, &person, "disable").await;
    office.ana.submit(&disable).await.assert_redirect(&person);
    assert!(!office.ana.get(&person).await.has(&format!("form[action='{person}/password-link']")));
    let late = office.ana.submit(&next).await;
    assert!(!late.has(".link"));
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    let Office { mut ana, .. } = Office::new().await;
    for path in ["/users/nobody", "/users/00000000000000000000000000", "/users/log.pdf"] {
        ana.get(path).await.assert_page(404, Language::Spanish);
    }
}

#[tokio::test]
async fn a_role_that_does_not_exist_is_refused() {
    let mut office = Office::new().await;
    let (_, person) = office.add(Role::Clerk).await;
    for role in ["", "king", "Administrator", "administrator "] {
        let form = form(&mut office.ana, &person, "role").await.fill("role", role);
        office.ana.submit(&form).await.assert_status(422);
    }
    assert_eq!(form(&mut office.ana, &person, "role").await.value("role"), "clerk");
}
