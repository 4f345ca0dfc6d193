//! Replicas that answer HAProxy alone.

use crate::support::Shop;

const SECRET: &str = "only-haproxy-knows";

#[tokio::test]
async fn with_a_secret_only_who_knows_it_is_answered() {
    let replica = Shop::new().await.replica_with(&["--front-secret", SECRET]).await;
    let style = replica.visitor().with("x-bodega-front", SECRET).get("/login").await;
    let style = style.attribute("link[rel='stylesheet']", "href");
    for path in ["/login", "/products", "/nowhere", "/account/alive", style.as_str()] {
        for wrong in ["", "only-haproxy-know", "only-haproxy-knowS", "only-haproxy-knows-it"] {
            let answer = replica.visitor().with("x-bodega-front", wrong).get(path).await;
            answer.assert_status(403);
            assert!(!answer.text().contains(SECRET) && !format!("{:?}", answer.headers).contains(SECRET));
        }
        replica.visitor().get(path).await.assert_status(403);
        let answer = replica.visitor().with("x-bodega-front", SECRET).get(path).await;
        assert_ne!(answer.status, 403, "{path}");
    }
}

#[tokio::test]
async fn without_one_everybody_is() {
    let replica = Shop::new().await.replica().await;
    replica.visitor().get("/login").await.assert_status(200);
    replica.visitor().with("x-bodega-front", SECRET).get("/login").await.assert_status(200);
}
