//! The real servers, killed and started again.

use bodega::web::Language;

use crate::support::{Server, Shop, shared_redis};

#[tokio::test]
async fn a_mysql_that_was_killed_and_started_again_has_lost_nothing() {
    let mut server = Server::mysql();
    let shop = Shop::on(&server.address(), &shared_redis()).await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let kept = ana.add_product("Café", "C-1").await;
    let form = ana.product_form("Té", "T-1").await;
    server.kill();
    let answer = ana.submit(&form).await;
    answer.assert_page(503, Language::Spanish);
    assert!(answer.has("header form[action='/logout']"), "still signed in");
    server.start();
    ana.get(&kept).await.assert_page(200, Language::Spanish);
    ana.add(&form).await;
    assert_eq!(ana.get("/products").await.products(), ["Café", "Té"]);
}

#[tokio::test]
async fn a_mysql_that_freezes_for_a_moment_is_a_pause() {
    let server = Server::mysql();
    let shop = Shop::on(&server.address(), &shared_redis()).await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Té", "T-1").await;
    server.freeze();
    let (path, ()) = tokio::join!(ana.add(&form), async {
        tokio::time::sleep(std::time::Duration::from_millis(800)).await;
        server.thaw();
    });
    ana.get(&path).await.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn a_redis_that_was_killed_and_started_again_is_noticed_by_nobody() {
    let mut server = Server::redis();
    let shop = Shop::on(&crate::support::shared_mysql(), &server.address()).await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut ana = replicas[0].person("Ana").await;
    server.kill();
    for replica in &replicas {
        ana.at(replica).get("/products").await.assert_page(200, Language::Spanish);
    }
    server.start();
    for replica in &replicas {
        ana.at(replica).get("/products").await.assert_page(200, Language::Spanish);
    }
}
