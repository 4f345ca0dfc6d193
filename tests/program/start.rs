//! Starting, migrating, draining.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

use crate::process::{Serving, ask, environment, get, run};
use crate::support::{Server, Shop, shared_mysql, shared_redis};

#[tokio::test]
async fn migrations_run_once_and_a_second_time_change_nothing() {
    let shop = Shop::empty(&shared_mysql(), &shared_redis()).await;
    let environment = environment(&shop);
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let environment = environment.clone();
            tokio::task::spawn_blocking(move || run(&["migrate"], &environment))
        })
        .collect();
    for task in tasks {
        let output = task.await.unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let output = run(&["migrate"], &environment);
    assert_eq!(String::from_utf8(output.stdout).unwrap().matches("up to date").count(), 2);
}

#[tokio::test]
async fn an_older_schema_is_refused_with_the_command_to_run() {
    let shop = Shop::empty(&shared_mysql(), &shared_redis()).await;
    let environment = environment(&shop);
    let refused = run(&["serve"], &environment);
    assert!(!refused.status.success());
    assert!(String::from_utf8(refused.stderr).unwrap().contains("bodega migrate"));
    assert!(run(&["migrate"], &environment).status.success());
    let mut connection = shop.products_connection().await;
    connection
        .batch_execute("DELETE FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1")
        .await
        .unwrap();
    let refused = run(&["serve"], &environment);
    let complaint = String::from_utf8(refused.stderr).unwrap();
    assert!(complaint.contains("bodega migrate") && complaint.contains("db_productos"), "{complaint}");
}

#[tokio::test]
async fn the_secret_comes_from_the_environment_or_from_migrate() {
    let shop = Shop::empty(&shared_mysql(), &shared_redis()).await;
    let mut environment = environment(&shop);
    assert!(run(&["migrate"], &environment).status.success());
    let mut connection = shop.users_connection().await;
    connection.batch_execute("DELETE FROM settings WHERE name = 'secret'").await.unwrap();
    let refused = run(&["serve"], &environment);
    let complaint = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && complaint.contains("bodega migrate"), "{complaint}");
    environment.push(("BODEGA_SECRET", "0123456789abcdef0123456789abcdef".into()));
    let mut replica = Serving::new(environment);
    replica.log_until("\"ready\"").await;
    assert!(get(&replica.listen, "/register").await.contains("_submission"));
}

async fn migrated() -> Vec<(&'static str, String)> {
    let shop = Shop::empty(&shared_mysql(), &shared_redis()).await;
    let environment = environment(&shop);
    assert!(run(&["migrate"], &environment).status.success());
    environment
}

#[tokio::test]
async fn a_replica_starts_serves_and_leaves_without_breaking_a_request() {
    for signal in ["TERM", "INT"] {
        let mut replica = Serving::new(migrated().await);
        replica.log_until("ready").await;
        assert!(replica.is_healthy());
        assert!(get(&replica.listen, "/login").await.starts_with("HTTP/1.1 200"));
        assert!(get(&replica.listen, "/health/ready").await.starts_with("HTTP/1.1 404"));
        // Somebody who is in the middle of something.
        let mut connected = TcpStream::connect(&replica.listen).await.unwrap();
        replica.signal(signal);
        replica.log_until("draining").await;
        // At once, since it goes on accepting for two seconds only.
        assert!(ask(&mut connected, "/login").await.starts_with("HTTP/1.1 200"));
        assert!(get(&replica.listen, "/login").await.starts_with("HTTP/1.1 200"), "still accepting");
        assert!(get(&replica.internal, "/health/live").await.starts_with("HTTP/1.1 200"));
        let ready = get(&replica.internal, "/health/ready").await;
        assert!(ready.starts_with("HTTP/1.1 503"), "HAProxy sees that it leaves");
        assert!(!replica.is_healthy());
        assert_eq!(replica.exit_code().await, Some(0), "after SIG{signal}");
    }
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let mut replica = Serving::new(migrated().await);
    replica.log_until("ready").await;
    replica.signal("TERM");
    replica.log_until("draining").await;
    replica.signal("TERM");
    assert_ne!(replica.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let environment = migrated().await;
    for name in ["BODEGA_LISTEN", "BODEGA_INTERNAL_LISTEN"] {
        let address = &environment.iter().find(|(other, _)| *other == name).unwrap().1;
        let _taken = TcpListener::bind(address).await.unwrap();
        let output = run(&["serve"], &environment);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(complaint.contains(name) && complaint.contains(address), "{complaint}");
    }
}

#[tokio::test]
async fn a_start_waits_for_mysql_and_redis_and_says_so() {
    let (mut mysql, mut redis) = (Server::mysql(), Server::redis());
    let shop = Shop::empty(&mysql.address(), &redis.address()).await;
    let environment = environment(&shop);
    assert!(run(&["migrate"], &environment).status.success());
    mysql.kill();
    redis.kill();
    let mut replica = Serving::new(environment);
    let log = replica.log_until("waiting").await;
    assert!(log.last().unwrap().contains("MySQL"), "{log:?}");
    assert!(get(&replica.internal, "/health/live").await.starts_with("HTTP/1.1 200"));
    assert!(get(&replica.internal, "/health/ready").await.starts_with("HTTP/1.1 503"));
    mysql.start();
    let log = replica.log_until("Redis").await;
    assert!(log.last().unwrap().contains("waiting"), "{log:?}");
    redis.start();
    replica.log_until("\"ready\"").await;
    assert!(replica.is_healthy());
}

#[tokio::test]
async fn the_log_is_a_json_object_a_line_with_request_and_route() {
    let mut replica = Serving::new(migrated().await);
    replica.log_until("ready").await;
    get(&replica.listen, "/login?next=%2Fproducts").await;
    let log = replica.log_until("/login").await;
    let line: serde_json::Value = serde_json::from_str(log.last().unwrap()).unwrap();
    assert_eq!((&line["route"], &line["status"]), (&"/login".into(), &200.into()));
    assert!(line["request_id"].is_string() && line["ms"].is_number(), "{line}");
}

/// Bytes that are no HTTP must not take a replica down.
#[tokio::test]
async fn noise_on_the_port_is_survived() {
    use tokio::io::AsyncWriteExt;
    let mut replica = Serving::new(migrated().await);
    replica.log_until("ready").await;
    for noise in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"\0\0\0\0",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(&replica.listen).await.unwrap();
        stream.write_all(noise).await.unwrap();
        let _ = tokio::time::timeout(Duration::from_millis(300), stream.read(&mut [0; 100])).await;
    }
    assert!(get(&replica.listen, "/login").await.starts_with("HTTP/1.1 200"));
}
