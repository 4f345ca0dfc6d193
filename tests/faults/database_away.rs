//! One of the two databases is away, in each way that it can be.

use bodega::audit::log;
use bodega::web::{Language, Message};

use crate::support::{
    Answer, Browser, Flow, Form, PASSWORD, Proxy, Replica, Shop, shared_mysql, shared_redis, unique,
};

/// The ways in which a wire fails.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Refused,
    Frozen,
    Deaf,
}

impl Fault {
    fn happens_to(self, wire: &Proxy) {
        match self {
            Self::Refused => wire.refuse(),
            Self::Frozen => wire.answers(Flow::Hold),
            Self::Deaf => wire.requests(Flow::Drop),
        }
    }

    fn ends(wire: &Proxy) {
        wire.heal();
    }
}

struct House {
    users: Proxy,
    products: Proxy,
    replica: Replica,
    ana: Browser,
    email: String,
}

async fn house() -> House {
    let shop = Shop::new().await;
    let (users, products) = (Proxy::before(&shared_mysql()).await, Proxy::before(&shared_mysql()).await);
    let shop = shop.through(&users.address(), &products.address(), &shared_redis());
    let replica = shop.replica().await;
    let email = unique("ana") + "@example.com";
    let ana = replica.person_at("Ana", &email).await;
    House { users, products, replica, ana, email }
}

#[track_caller]
fn assert_away(answer: &Answer) {
    answer.assert_page(503, Language::Spanish);
    let seconds: u64 = answer.header("retry-after").expect("Retry-After").parse().unwrap();
    assert!((1..=60).contains(&seconds));
}

#[tokio::test]
async fn with_accounts_that_refuse_people_who_are_in_work_on_and_others_are_told_to_wait() {
    without_the_accounts(Fault::Refused).await;
}

#[tokio::test]
async fn with_accounts_that_freeze_people_who_are_in_work_on_and_others_are_told_to_wait() {
    without_the_accounts(Fault::Frozen).await;
}

#[tokio::test]
async fn with_accounts_that_hear_nothing_people_who_are_in_work_on_and_others_are_told_to_wait() {
    without_the_accounts(Fault::Deaf).await;
}

async fn without_the_accounts(fault: Fault) {
    let House { users, replica, mut ana, email, .. } = house().await;
    let register = replica.visitor().get("/register").await.form_to("/register");
    fault.happens_to(&users);
    let path = ana.add_product("Café", "C-1").await;
    ana.get(&path).await.assert_page(200, Language::Spanish);
    ana.get("/").await.assert_page(200, Language::Spanish);
    let form = ana.get("/products").await.form_to("/language").fill("language", "en");
    ana.submit(&form).await.assert_status(303);

    let mut visitor = replica.visitor();
    let form = visitor.get("/login").await.form_to("/login").fill("email", &email).fill("password", PASSWORD);
    let answer = visitor.submit(&form).await;
    assert_away(&answer);
    assert_eq!(answer.alert(), Message::new("login-away").text(Language::Spanish), "{fault:?}");
    assert_eq!(answer.form_to("/login").value("email"), email);
    let register = register.fill("first_name", "Eva").fill("last_name", "Prueba");
    let register = register.fill("email", unique("eva") + "@example.com").fill("password", PASSWORD);
    let answer = visitor.submit(&register).await;
    assert_away(&answer);
    assert_eq!(answer.alert(), Message::new("register-away").text(Language::Spanish), "{fault:?}");
    assert_eq!(answer.form_to("/register").value("first_name"), "Eva");

    Fault::ends(&users);
    visitor.submit(&form).await.assert_redirect("/products");
}

#[tokio::test]
async fn a_registration_that_could_not_be_made_is_made_by_sending_it_again() {
    let House { users, replica, .. } = house().await;
    let mut visitor = replica.visitor();
    let form = visitor.get("/register").await.form_to("/register");
    let form = form.fill("first_name", "Eva").fill("last_name", "Prueba");
    let form = form.fill("email", unique("eva") + "@example.com").fill("password", PASSWORD);
    users.refuse();
    visitor.submit(&form).await.assert_status(503);
    users.heal();
    visitor.submit(&form).await.assert_redirect("/products");
}

#[tokio::test]
async fn with_products_that_refuse_account_pages_work_and_product_pages_come_back_by_themselves() {
    without_the_products(Fault::Refused).await;
}

#[tokio::test]
async fn with_products_that_freeze_account_pages_work_and_product_pages_come_back_by_themselves() {
    without_the_products(Fault::Frozen).await;
}

#[tokio::test]
async fn with_products_that_hear_nothing_account_pages_work_and_product_pages_come_back_by_themselves() {
    without_the_products(Fault::Deaf).await;
}

async fn without_the_products(fault: Fault) {
    let House { products, replica, mut ana, email, .. } = house().await;
    let path = ana.add_product("Café", "C-1").await;
    let form = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "8");
    fault.happens_to(&products);
    for page in ["/products", "/", &path] {
        let answer = ana.get(page).await;
        assert_away(&answer);
        assert!(answer.has("header form[action='/logout']"), "{fault:?}: still signed in");
        assert_eq!(answer.set_cookies(), Vec::<String>::new());
    }
    assert_away(&ana.submit(&form).await);
    let mut visitor = replica.visitor();
    visitor.get("/").await.assert_page(200, Language::Spanish);
    let login =
        visitor.get("/login").await.form_to("/login").fill("email", &email).fill("password", PASSWORD);
    visitor.submit(&login).await.assert_redirect("/products");
    visitor.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    replica.person("Eva").await;

    Fault::ends(&products);
    ana.submit(&form).await.assert_redirect(&path);
    assert_eq!(ana.get(&path).await.text_of("dd[data-unit]"), "8");
}

#[tokio::test]
async fn a_short_outage_is_a_pause_and_no_error() {
    let House { users, products, mut ana, .. } = house().await;
    let form = ana.product_form("Café", "C-1").await;
    for wire in [&users, &products] {
        wire.refuse();
    }
    let (path, ()) = tokio::join!(ana.add(&form), async {
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        products.heal();
    });
    ana.get(&path).await.assert_status(200);
}

#[tokio::test]
async fn connections_that_died_while_idle_are_noticed_by_nobody() {
    let House { users, products, mut ana, .. } = house().await;
    for count in 0..3 {
        users.reset();
        products.reset();
        ana.add_product("Café", &format!("C-{count}")).await;
    }
    assert_eq!(ana.get("/products").await.products().len(), 3);
}

#[tokio::test]
async fn two_hundred_wait_for_a_database_and_others_are_told_at_once() {
    let House { products, ana, .. } = house().await;
    products.refuse();
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let mut browser = ana.clone();
        requests.spawn(async move { browser.get("/products").await.status });
    }
    for _ in 0..100 {
        assert_eq!(requests.join_next().await.unwrap().unwrap(), 503);
    }
    products.heal();
    while let Some(status) = requests.join_next().await {
        assert_eq!(status.unwrap(), 200);
    }
}

#[tokio::test]
async fn refusals_while_the_accounts_are_away_are_in_the_log_when_they_are_back() {
    let House { users, replica, mut ana, .. } = house().await;
    users.refuse();
    let garbage = Form::forged("/login/passkey", &[("challenge", "x"), ("credential", "{}")]);
    let mut visitor = replica.visitor();
    for _ in 0..20 {
        visitor.submit(&garbage).await.assert_status(422);
    }
    assert!(log::writer(&replica.app).finish().await.is_err(), "the database is away");
    users.heal();
    while log::writer(&replica.app).finish().await.is_err() {}
    let log = ana.get("/users/log?event=sign-in-failed").await;
    let details = log.texts("#log-table tbody td:nth-child(5)");
    assert_eq!(details.len(), 2);
    assert!(
        details[0].starts_with("llave de acceso · 19 veces desde el ") && details[1] == "llave de acceso",
        "{details:?}"
    );
}
