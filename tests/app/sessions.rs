//! Sign-ins and the two places that know them: Redis, and the rows beside the accounts.

use bodega::auth;
use bodega::db::users_schema::sign_ins;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use fred::prelude::*;

use crate::support::{Answer, Form, PASSWORD, Server, Shop, shared_mysql, unique};

pub async fn redis(address: &str) -> Client {
    let url = format!("redis://{address}");
    loop {
        let client = Client::new(Config::from_url(&url).unwrap(), None, None, None);
        match client.init().await {
            Ok(_) => return client,
            // It was started just now.
            Err(error) if error.details().starts_with("LOADING") => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

async fn keys(client: &Client) -> Vec<String> {
    let mut keys: Vec<String> = client.custom(fred::cmd!("KEYS"), vec!["*"]).await.unwrap();
    keys.sort();
    keys
}

#[track_caller]
fn signed_in(answer: &Answer) {
    answer.assert_status(200);
    assert!(answer.has("header form[action='/logout']"), "signed in");
}

#[tokio::test]
async fn everybody_is_still_signed_in_after_redis_was_emptied() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replicas = [shop.replica().await, shop.replica().await];
    let (mut ana, mut luis) = (replicas[0].person("Ana").await, replicas[1].person("Luis").await);
    let client = redis(&server.address()).await;
    // Rate limits are lost, and start over.
    let sessions = async || -> Vec<String> {
        keys(&client).await.into_iter().filter(|key| key.starts_with("bodega:session:")).collect()
    };
    let before = sessions().await;
    client.flushall::<()>(false).await.unwrap();
    for replica in &replicas {
        signed_in(&ana.at(replica).get("/products").await);
        signed_in(&luis.at(replica).get("/").await);
    }
    assert_eq!(sessions().await, before, "looked up once, and put back");
}

#[tokio::test]
async fn a_sign_out_is_not_undone_by_an_emptied_redis() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let mut thief = ana.clone();
    ana.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    redis(&server.address()).await.flushall::<()>(false).await.unwrap();
    thief.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

#[tokio::test]
async fn redis_keeps_no_cookie_and_begins_every_key_with_bodega() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let typed = ana.product_form("Café", "C-1").await;
    let cookie = ana.session();
    ana.get("/products").await;
    ana.clone().forget_cookie("bodega_session").submit(&typed).await.assert_status(303);
    replica.visitor().submit(&Form::forged("/login", &[("email", "x@example.com")])).await;
    let client = redis(&server.address()).await;
    let all = keys(&client).await;
    assert!(all.len() >= 4, "{all:?}");
    for key in all {
        assert!(key.starts_with("bodega:") && !key.contains(&cookie), "{key}");
        let dump: fred::types::Value = client.dump(&key).await.unwrap();
        let dump = dump.into_owned_bytes().unwrap_or_default();
        assert!(!dump.windows(cookie.len()).any(|part| part == cookie.as_bytes()), "{key} holds the cookie");
        let lifetime: i64 = client.ttl(&key).await.unwrap();
        assert!(lifetime > 0, "{key} ends some time");
    }
    let rows: Vec<Vec<u8>> =
        sign_ins::table.select(sign_ins::id).load(&mut shop.users_connection().await).await.unwrap();
    assert!(rows.iter().all(|row| !row.windows(cookie.len()).any(|part| part == cookie.as_bytes())));
}

#[tokio::test]
async fn visitors_leave_nothing_in_redis() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let mut visitor = replica.visitor();
    for path in ["/", "/login", "/register", "/products", "/nowhere"] {
        visitor.get(path).await;
    }
    visitor.submit(&Form::forged("/language", &[("language", "en")])).await;
    visitor.submit(&Form::forged("/logout", &[])).await;
    visitor.set_cookie("bodega_session", "AAAAAAAAAAAAAAAAAAAAAA").get("/products").await;
    assert_eq!(keys(&redis(&server.address()).await).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_view_asks_redis_once_and_slides_the_expiry() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let client = redis(&server.address()).await;
    let session = keys(&client).await.into_iter().find(|key| key.starts_with("bodega:session:")).unwrap();
    client.expire::<(), _>(&session, 1000, None).await.unwrap();
    client.custom::<(), _>(fred::cmd!("CONFIG"), vec!["RESETSTAT"]).await.unwrap();
    for path in ["/products", "/products/new", "/", "/nowhere"] {
        signed_in_or_404(&ana.get(path).await);
    }
    let statistics: String = client.custom(fred::cmd!("INFO"), vec!["commandstats"]).await.unwrap();
    let calls: Vec<&str> = statistics
        .lines()
        .filter(|line| line.starts_with("cmdstat_") && !line.contains("config") && !line.contains("ping"))
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(calls, ["cmdstat_getex:calls=4"]);
    let lifetime: i64 = client.ttl(&session).await.unwrap();
    assert!(lifetime > 13 * 24 * 3600, "{lifetime}");
}

#[track_caller]
fn signed_in_or_404(answer: &Answer) {
    assert!(answer.status == 200 || answer.status == 404);
    assert!(answer.has("header form[action='/logout']"), "signed in");
}

#[tokio::test]
async fn a_sign_in_has_a_row_that_says_whose_when_and_from_where() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.visitor();
    ana.with("x-forwarded-for", "192.0.2.7").with("user-agent", &"Ñ".repeat(400));
    let email = unique("ana") + "@example.com";
    replica.person_at("Ana", &email).await;
    let form = Form::forged("/login", &[("email", &email), ("password", PASSWORD)]);
    ana.submit(&form).await.assert_redirect("/products");
    ana.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    type Row = (String, Option<time::PrimitiveDateTime>, Option<String>);
    let rows: Vec<Row> = sign_ins::table
        .filter(sign_ins::address.eq("192.0.2.7"))
        .select((sign_ins::address, sign_ins::ended_at, sign_ins::ended_because))
        .load(&mut shop.users_connection().await)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].1.is_some());
    assert_eq!(rows[0].2.as_deref(), Some("signed_out"));
}

#[tokio::test]
async fn a_sign_in_ends_after_its_idle_time_and_after_its_lifetime() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let client = redis(&server.address()).await;
    for (column, days, is_over) in [
        ("last_seen_at", 13, false),
        ("last_seen_at", 15, true),
        ("created_at", 89, false),
        ("created_at", 91, true),
    ] {
        let mut ana = replica.person("Ana").await;
        let age = format!("UPDATE sign_ins SET {column} = UTC_TIMESTAMP(6) - INTERVAL {days} DAY");
        diesel::sql_query(age).execute(&mut shop.users_connection().await).await.unwrap();
        client.flushall::<()>(false).await.unwrap();
        let answer = ana.get("/products").await;
        assert_eq!(answer.status == 303, is_over, "{column} {days} days ago: {}", answer.status);
    }
}

/// Redis is told then of all that go on.
#[tokio::test]
async fn a_sign_in_that_has_ended_by_itself_does_not_come_back_when_its_account_changes() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let client = redis(&server.address()).await;
    let mut ana = replica.person("Ana").await;
    let age = "UPDATE sign_ins SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 15 DAY, lingering = 1";
    diesel::sql_query(age).execute(&mut shop.users_connection().await).await.unwrap();
    client.flushall::<()>(false).await.unwrap();
    auth::sessions(&replica.app).store().sync().await.unwrap();
    ana.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

#[tokio::test]
async fn a_busy_session_in_redis_ends_after_its_lifetime_too() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let client = redis(&server.address()).await;
    let key = keys(&client).await.into_iter().find(|key| key.starts_with("bodega:session:")).unwrap();
    let text: String = client.get(&key).await.unwrap();
    let purpose = format!("{key} of {}", replica.app.redis.run_id().await.unwrap());
    let json = replica.app.signer.unseal(&purpose, &text).unwrap();
    let mut stored: serde_json::Value = serde_json::from_slice(&json).unwrap();
    stored["since"] = (stored["since"].as_i64().unwrap() - 91 * 24 * 3600).into();
    let sealed = replica.app.signer.seal(&purpose, stored.to_string().as_bytes());
    client.set::<(), _, _>(&key, sealed, None, None, false).await.unwrap();
    ana.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

/// Of whoever can write into Redis.
#[tokio::test]
async fn what_others_write_into_redis_makes_nobody_somebody_else() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica_with(&["--default-role", "clerk"]).await;
    let client = redis(&server.address()).await;
    let sessions = async || -> Vec<String> {
        keys(&client).await.into_iter().filter(|key| key.starts_with("bodega:session:")).collect()
    };
    let mut administrator = replica.person("Ana").await;
    let key_of_administrator = sessions().await.remove(0);
    let mut clerk = replica.person("Luis").await;
    let key = sessions().await.into_iter().find(|key| *key != key_of_administrator).unwrap();
    let get = async |key: &str| -> String { client.get(key).await.unwrap() };
    let (before, of_administrator) = (get(&key).await, get(&key_of_administrator).await);
    let purpose = format!("{key} of {}", replica.app.redis.run_id().await.unwrap());
    let json = replica.app.signer.unseal(&purpose, &before).unwrap();
    let promoted = String::from_utf8(json.clone()).unwrap().replace("clerk", "administrator");
    assert_ne!(promoted.as_bytes(), json);
    let sealed_elsewhere = bodega::web::Signer::new(b"a guess").seal(&purpose, promoted.as_bytes());
    for forged in [of_administrator, promoted, sealed_elsewhere, "null".into(), String::new()] {
        client.set::<(), _, _>(&key, &forged, None, None, false).await.unwrap();
        clerk.get("/users").await.assert_status(403);
        assert_eq!(get(&key).await, before, "the row is what counts, and is put back");
    }
    // Where there is no sign-in, nothing makes one.
    let (mut nobody, cookie) = (replica.visitor(), "AAAAAAAAAAAAAAAAAAAAAA");
    client.set::<(), _, _>(format!("bodega:session:{cookie}"), &before, None, None, false).await.unwrap();
    nobody.set_cookie("bodega_session", cookie).get("/products").await.assert_status(303);
    signed_in(&administrator.get("/users").await);
}

#[tokio::test]
async fn a_change_of_the_account_is_seen_by_every_replica_on_the_next_request() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    let mut elsewhere = ana.clone();
    elsewhere.at(&replicas[1]);
    assert_eq!(elsewhere.get("/products").await.text_of("header .person"), "Ana Prueba");
    let form = ana.get("/account").await.form_to("/account").fill("first_name", "Eva");
    ana.submit(&form).await.assert_redirect("/account");
    for browser in [&mut ana, &mut elsewhere] {
        assert_eq!(browser.get("/products").await.text_of("header .person"), "Eva Prueba");
    }
}

#[tokio::test]
async fn tower_sessions_finds_in_the_store_who_is_signed_in_and_changes_nothing_there() {
    use tower_sessions_core::{SessionStore, session::Id};
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let id: Id = ana.cookie("bodega_session").unwrap().parse().unwrap();
    let store: &dyn SessionStore = &**auth::sessions(&replica.app).store();
    let record = SessionStore::load(store, &id).await.unwrap().unwrap();
    assert_eq!(record.data["sign_in"]["person"]["first_name"], "Ana");
    assert!(store.save(&record).await.is_err() && store.delete(&id).await.is_err());
    signed_in(&ana.get("/products").await);
    assert!(SessionStore::load(store, &Id::default()).await.unwrap().is_none());
}
