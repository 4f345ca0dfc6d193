//! One's own sign-ins: seeing them, ending them, and what that does to the browsers that had them.

use crate::support::{Answer, Browser, Form, PASSWORD, Replica, Server, Shop, shared_mysql, unique};
use bodega::auth;
use bodega::db::users_schema::sign_ins;
use bodega::web::Language;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
const ALIVE: &str = "/account/alive";

/// A person with two browsers.
async fn two(here: &Replica, there: &Replica) -> (Browser, Browser) {
    let email = unique("ana") + "@example.com";
    let desk = here.person_at("Ana", &email).await;
    let mut phone = there.visitor();
    phone.with("user-agent", FIREFOX);
    let form = Form::forged("/login", &[("email", &email), ("password", PASSWORD)]);
    phone.submit(&form).await.assert_redirect("/products");
    (desk, phone)
}

/// The forms that end one each.
fn ends(page: &Answer) -> Vec<Form> {
    let actions = page.attributes(".sign-ins form", "action");
    actions.iter().map(|action| page.form_to(action)).collect()
}

#[tokio::test]
async fn each_sign_in_is_listed_with_its_device_and_address_and_this_one_is_marked() {
    let replica = Shop::new().await.replica().await;
    let (mut desk, mut phone) = two(&replica, &replica).await;
    let page = desk.get("/account").await;
    assert_eq!(page.texts(".sign-ins li").len(), 2);
    let items = page.texts(".sign-ins li");
    assert!(items[0].contains("Esta") && !items[0].contains("Firefox"), "{items:?}");
    assert!(items[1].contains("Firefox en Linux") && items[1].contains("10."), "{items:?}");
    assert!(phone.get("/account").await.texts(".sign-ins li")[0].contains("Firefox"));
    assert_eq!(ends(&page).len(), 1, "this one is ended by signing out");
}

#[tokio::test]
async fn an_ended_sign_in_is_a_visitors_on_every_replica_from_the_next_request_on() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await, shop.replica().await];
    let (mut desk, mut phone) = two(&replicas[0], &replicas[1]).await;
    for replica in &replicas {
        phone.at(replica).get("/products").await.assert_status(200);
        phone.get(ALIVE).await.assert_status(204);
    }
    let page = desk.get("/account").await;
    desk.submit(&ends(&page)[0]).await.assert_redirect("/account");
    for replica in &replicas {
        phone.at(replica).get("/products").await.assert_redirect("/login?next=%2Fproducts");
        let alive = phone.get(ALIVE).await;
        assert_eq!((alive.status, alive.location()), (200, Some("/login")));
        let login = phone.get("/login").await;
        assert_eq!(login.alert(), Language::Spanish.text("ended-elsewhere"));
        desk.at(replica).get("/products").await.assert_status(200);
    }
    let page = desk.get("/account").await;
    assert_eq!(page.texts(".sign-ins li").len(), 1);
    assert_eq!(page.text_of(".notice"), Language::Spanish.text("notice-sign-in-ended"));
}

#[tokio::test]
async fn all_others_end_at_once_and_this_one_goes_on() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (mut desk, mut phone) = two(&replica, &replica).await;
    let mut stranger = replica.person("Luis").await;
    let page = desk.get("/account").await;
    desk.submit(&page.form_to("/account/sign-ins/end-others")).await.assert_redirect("/account");
    phone.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    desk.get("/products").await.assert_status(200);
    stranger.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn nobody_ends_the_sign_ins_of_another_person() {
    let replica = Shop::new().await.replica().await;
    let (mut desk, mut phone) = two(&replica, &replica).await;
    let theirs = ends(&desk.get("/account").await).remove(0).action;
    let (mut luis, mut phone_of_luis) = two(&replica, &replica).await;
    let own = ends(&luis.get("/account").await).remove(0);
    for action in
        [theirs.as_str(), "/account/sign-ins/x/end", "/account/sign-ins/00000000000000000000000000/end"]
    {
        let forged = Form { action: action.to_owned(), ..own.clone() };
        luis.submit(&forged).await.assert_page(404, Language::Spanish);
    }
    phone.get("/products").await.assert_status(200);
    phone_of_luis.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn what_names_a_sign_in_in_addresses_is_no_cookie() {
    let replica = Shop::new().await.replica().await;
    let (mut desk, phone) = two(&replica, &replica).await;
    let action = ends(&desk.get("/account").await).remove(0).action;
    let name = action.split('/').nth(3).unwrap();
    assert!(!phone.session().contains(name));
    let mut thief = replica.visitor();
    thief.set_cookie("bodega_session", name);
    thief.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

#[tokio::test]
async fn asking_whether_a_sign_in_goes_on_is_no_visit() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    ana.get("/products").await.assert_status(200);
    let key = vec![session_key(&shop).await];
    let redis = &replica.app.redis;
    redis.script("return redis.call('EXPIRE', KEYS[1], 50)", key.clone(), vec![]).await.unwrap();
    ana.get(ALIVE).await.assert_status(204);
    let left = redis.script("return redis.call('TTL', KEYS[1])", key, vec![]).await.unwrap();
    assert!((1..=50).contains(&left), "{left}");
}

#[tokio::test]
async fn a_visitor_is_told_where_to_sign_in() {
    let replica = Shop::new().await.replica().await;
    assert_eq!(replica.visitor().get(ALIVE).await.location(), Some("/login"));
    let mut forged = replica.visitor();
    forged.set_cookie("bodega_session", "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(forged.get(ALIVE).await.location(), Some("/login"));
}

#[tokio::test]
async fn an_emptied_redis_brings_no_ended_sign_in_back_and_ends_none() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replicas = [shop.replica().await, shop.replica().await];
    let (mut desk, mut phone) = two(&replicas[0], &replicas[1]).await;
    let page = desk.get("/account").await;
    let empty = "return #redis.call('FLUSHALL')";
    replicas[0].app.redis.script(empty, vec![], vec![]).await.unwrap();
    desk.submit(&ends(&page)[0]).await.assert_redirect("/account");
    replicas[0].app.redis.script(empty, vec![], vec![]).await.unwrap();
    assert_eq!(phone.get(ALIVE).await.location(), Some("/login"));
    phone.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    desk.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn with_redis_away_ending_still_ends_on_every_replica() {
    let mut server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replicas = [shop.replica().await, shop.replica().await];
    let (mut desk, mut phone) = two(&replicas[0], &replicas[1]).await;
    let page = desk.get("/account").await;
    server.kill();
    desk.submit(&ends(&page)[0]).await.assert_redirect("/account");
    phone.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    phone.get(ALIVE).await.assert_status(204);
    desk.get("/products").await.assert_status(200);
}

/// Those of others, of which Redis was not told while it was away, do not hold up an answer.
#[tokio::test]
async fn an_answer_waits_until_redis_was_told_of_ones_own_sign_ins_and_not_of_all() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let (mut desk, mut phone) = two(&replicas[0], &replicas[1]).await;
    let many = "INSERT INTO sign_ins SELECT RANDOM_BYTES(32), RANDOM_BYTES(16), '', '', UTC_TIMESTAMP(6), \
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'elsewhere', TRUE FROM (WITH RECURSIVE n AS (SELECT 1 AS i \
                UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n) AS numbers";
    let mut connection = shop.users_connection().await;
    diesel::sql_query(many).execute(&mut connection).await.unwrap();
    let page = desk.get("/account").await;
    desk.submit(&ends(&page)[0]).await.assert_redirect("/account");
    phone.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    let lingering = sign_ins::table.filter(sign_ins::lingering.eq(true)).count();
    assert_eq!(lingering.get_result::<i64>(&mut connection).await.unwrap(), 900);
    // What any replica does every two seconds.
    auth::sessions(&replicas[1].app).store().sync().await.unwrap();
    assert_eq!(lingering.get_result::<i64>(&mut connection).await.unwrap(), 0);
}

/// More than are told at once.
#[tokio::test]
async fn three_hundred_sign_ins_of_a_person_end_together() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let email = unique("ana") + "@example.com";
    let mut ana = replicas[0].person_at("Ana", &email).await;
    let mut phone = replicas[1].sign_in(&email).await;
    let mut connection = shop.users_connection().await;
    let many = "INSERT INTO sign_ins (id, account_id, address, agent, created_at, last_seen_at) \
                SELECT RANDOM_BYTES(32), id, '', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM accounts, \
                (WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
                SELECT i FROM n) AS numbers";
    diesel::sql_query(many).execute(&mut connection).await.unwrap();
    let page = ana.get("/account").await;
    ana.submit(&page.form_to("/account/sign-ins/end-others")).await.assert_redirect("/account");
    phone.get("/products").await.assert_redirect("/login?next=%2Fproducts");
    ana.get("/products").await.assert_status(200);
    let lingering = sign_ins::table.filter(sign_ins::lingering.eq(true)).count();
    assert_eq!(lingering.get_result::<i64>(&mut connection).await.unwrap(), 0);
}

#[derive(diesel::QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    key: String,
}

async fn session_key(shop: &Shop) -> String {
    let query = "SELECT CONCAT('bodega:session:', LOWER(HEX(id))) AS `key` FROM sign_ins";
    let key: Key = diesel::sql_query(query).get_result(&mut shop.users_connection().await).await.unwrap();
    key.key
}
