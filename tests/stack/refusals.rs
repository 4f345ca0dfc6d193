//! Reasons for which a replica does not start, each in one line that helps.

use std::net::TcpListener;

use diesel_async::SimpleAsyncConnection;

use crate::process::{Served, migrate};
use crate::support::{Shop, free_port};

/// The one line that a replica ends with when a setting is missing or wrong.
async fn complaint(name: &str, value: Option<&str>) -> String {
    let shop = Shop::new().await;
    let said = Served::start(&shop, &[(name, value)]).refused();
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    said
}

#[tokio::test]
async fn a_missing_setting_is_named_with_an_example() {
    for (name, example) in [
        ("BODEGA_USERS_DATABASE_URL", "mysql://"),
        ("BODEGA_PRODUCTS_DATABASE_URL", "mysql://"),
        ("BODEGA_REDIS_URL", "redis://"),
    ] {
        let said = complaint(name, None).await;
        assert!(said.contains(name) && said.contains(example), "{said}");
    }
}

#[tokio::test]
async fn a_wrong_setting_is_named_with_an_example() {
    for (name, value, example) in [
        ("BODEGA_USERS_DATABASE_URL", "postgres://localhost/db_usuarios", "mysql://"),
        ("BODEGA_PRODUCTS_DATABASE_URL", "mysql://localhost", "mysql://"),
        ("BODEGA_REDIS_URL", "localhost", "redis://"),
        ("BODEGA_PUBLIC_URL", "localhost", "http://localhost:8080"),
        ("BODEGA_LISTEN", "8000", "0.0.0.0:8000"),
        ("BODEGA_INTERNAL_LISTEN", "", "0.0.0.0:9000"),
        ("BODEGA_REPLICA", "the first", "web1"),
        ("BODEGA_REGISTRATION", "perhaps", "open"),
        ("BODEGA_SESSION_IDLE_DAYS", "0", "14"),
        ("BODEGA_ARGON2_MEMORY", "8", "19456"),
        ("BODEGA_LOG", "=noise=", "info"),
    ] {
        let said = complaint(name, Some(value)).await;
        assert!(said.contains(name) && said.contains(example), "{name}: {said}");
    }
}

#[tokio::test]
async fn no_refusal_shows_a_password() {
    let said =
        complaint("BODEGA_USERS_DATABASE_URL", Some("mysqll://bodega:geheim@localhost/db_usuarios")).await;
    assert!(!said.contains("geheim"), "{said}");
}

#[tokio::test]
async fn a_schema_older_than_the_program_is_refused_with_the_command_that_helps() {
    let shop = Shop::empty().await;
    let said = Served::start(&shop, &[]).refused();
    assert!(said.contains("db_usuarios") && said.contains("bodega migrate"), "{said}");
    migrate(&shop);
    // As before the last migration.
    let mut connection = shop.products_connection().await;
    let last = "DELETE FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1";
    connection.batch_execute(last).await.expect("forgotten");
    let said = Served::start(&shop, &[]).refused();
    assert!(said.contains("db_productos") && said.contains("bodega migrate"), "{said}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let shop = Shop::new().await;
    for name in ["BODEGA_LISTEN", "BODEGA_INTERNAL_LISTEN"] {
        let taken = TcpListener::bind(("127.0.0.1", free_port())).expect("a port");
        let address = taken.local_addr().expect("an address").to_string();
        let said = Served::start(&shop, &[(name, Some(&address))]).refused();
        assert!(said.contains(name) && said.contains(&address), "{said}");
    }
}
