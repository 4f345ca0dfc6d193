//! How a replica starts.

use crate::http::{Answer, Connection};
use crate::process::{Served, migrate};
use crate::stack::eventually;
use crate::support::{Proxy, Shop, shared_mysql, shared_redis};

async fn status(port: u16, path: &str) -> Result<u16, String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let answer: Result<Answer, String> =
        Connection::new(([127, 0, 0, 1], port).into()).exchange(&request).await;
    Ok(answer?.status)
}

async fn migrated() -> Shop {
    let shop = Shop::empty().await;
    migrate(&shop);
    shop
}

async fn becomes_ready(served: &Served) {
    eventually("it is ready", async || status(served.internal, "/health/ready").await == Ok(200)).await;
    assert_eq!(status(served.pages, "/login").await, Ok(200));
}

#[tokio::test]
async fn a_replica_waits_for_mysql_and_says_so() {
    let shop = migrated().await;
    let mysql = Proxy::before(&shared_mysql()).await;
    mysql.refuse();
    let away = shop.through(&mysql.address(), &mysql.address(), &shared_redis());
    let served = Served::start(&away, &[]);
    eventually("it says that it waits", async || served.said().contains("waiting")).await;
    assert_eq!(status(served.internal, "/health/live").await, Ok(200));
    assert_eq!(status(served.internal, "/health/ready").await, Ok(503));
    mysql.heal();
    becomes_ready(&served).await;
}

#[tokio::test]
async fn a_replica_waits_for_redis_too() {
    let shop = migrated().await;
    let redis = Proxy::before(&shared_redis()).await;
    redis.refuse();
    let away = shop.through(&shared_mysql(), &shared_mysql(), &redis.address());
    let served = Served::start(&away, &[]);
    eventually("it says that it waits", async || served.said().contains("waiting")).await;
    assert_eq!(status(served.internal, "/health/ready").await, Ok(503));
    redis.heal();
    becomes_ready(&served).await;
}

#[tokio::test]
async fn migrating_twice_is_as_good_as_once() {
    let shop = migrated().await;
    let said = migrate(&shop);
    assert!(said.contains("up to date"), "{said}");
    becomes_ready(&Served::start(&shop, &[])).await;
}
