//! What MySQL itself lets the application do, after `bodega migrate` with owners' accounts.

use bodega::config::{Databases, Migration};
use bodega::db::{self, Connection};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use url::Url;

use crate::support::{password, shared_mysql, unique};

const ENTRY: &str = "INSERT INTO security_log VALUES \
    (RANDOM_BYTES(16), UTC_TIMESTAMP(6) - INTERVAL 2 DAY, 'signed-in', NULL, '', NULL, '', '', '', '', '', 1, NULL)";

/// Two databases that are still empty, with an account that may do everything with them, as installations
/// from before there were owners have it, and the owners.
async fn installation() -> Migration {
    let name = unique("_");
    let server = shared_mysql();
    let url = |account: &str, path: &str| Url::parse(&format!("mysql://{account}@{server}/{path}")).unwrap();
    let mut root = db::connect(&url(&format!("bodega:{}", password()), "")).await.unwrap();
    let (application, owner) = (format!("a{name}"), format!("o{name}"));
    let statements = format!(
        "CREATE DATABASE u{name}; CREATE DATABASE p{name};
         CREATE USER {application}@'127.0.0.1'; CREATE USER {owner}@'127.0.0.1';
         GRANT ALL ON u{name}.* TO {application}@'127.0.0.1' WITH GRANT OPTION;
         GRANT ALL ON `p\\{name}`.* TO {application}@'127.0.0.1';
         GRANT ALL ON u{name}.* TO {owner}@'127.0.0.1' WITH GRANT OPTION;
         GRANT ALL ON p{name}.* TO {owner}@'127.0.0.1' WITH GRANT OPTION;"
    );
    root.batch_execute(&statements).await.unwrap();
    Migration {
        databases: Databases {
            users_database_url: url(&application, &format!("u{name}")),
            products_database_url: url(&application, &format!("p{name}")),
        },
        users_owner_database_url: Some(url(&owner, &format!("u{name}"))),
        products_owner_database_url: Some(url(&owner, &format!("p{name}"))),
        public_url: Url::parse("http://localhost").unwrap(),
        log_days: 3,
        log_rows: 1_000_000,
    }
}

async fn is_refused(statement: &str, connection: &mut Connection) -> bool {
    match connection.batch_execute(statement).await {
        Ok(()) => false,
        // MySQL with a binary log words it differently for triggers.
        Err(error) => ["denied", "SUPER privilege"].iter().any(|text| error.to_string().contains(text)),
    }
}

async fn entries(connection: &mut Connection) -> i64 {
    number("SELECT COUNT(*) AS count FROM security_log", connection).await
}

async fn number(query: &str, connection: &mut Connection) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    diesel::sql_query(query).get_result::<Count>(connection).await.unwrap().count
}

#[tokio::test]
async fn the_application_can_only_add_to_the_security_log() {
    let migration = installation().await;
    bodega::cli::migrate::run(&migration).await.unwrap();
    let mut connection = db::connect(&migration.databases.users_database_url).await.unwrap();
    connection.batch_execute(ENTRY).await.unwrap();
    assert_eq!(entries(&mut connection).await, 1);
    for statement in [
        "UPDATE security_log SET actor = 'nobody'",
        "DELETE FROM security_log",
        "DELETE FROM l USING security_log l JOIN accounts a",
        "REPLACE INTO security_log SELECT * FROM security_log",
        "INSERT INTO security_log SELECT * FROM security_log s ON DUPLICATE KEY UPDATE actor = 'nobody'",
        "TRUNCATE security_log",
        "DROP TABLE security_log",
        "ALTER TABLE security_log DROP COLUMN actor",
        "RENAME TABLE security_log TO gone",
        "CREATE TRIGGER t BEFORE INSERT ON security_log FOR EACH ROW SET NEW.actor = ''",
    ] {
        assert!(is_refused(statement, &mut connection).await, "{statement}");
    }
    assert_eq!(entries(&mut connection).await, 1);
}

#[tokio::test]
async fn the_application_changes_rows_but_no_tables() {
    let migration = installation().await;
    bodega::cli::migrate::run(&migration).await.unwrap();
    let url = &migration.databases.products_database_url;
    let mut connection = db::connect(url).await.unwrap();
    let rows = "INSERT INTO categories VALUES ('a', 1); UPDATE categories SET products = 2;
                SELECT * FROM categories FOR UPDATE; DELETE FROM categories;";
    connection.batch_execute(rows).await.unwrap();
    let database = url.path().trim_start_matches('/');
    for statement in [
        "CREATE TABLE t (a INT)",
        "DROP TABLE categories",
        "ALTER TABLE categories ADD COLUMN a INT",
        "DELETE FROM __diesel_schema_migrations",
        "CREATE USER somebody@'127.0.0.1'",
        &format!("GRANT SELECT ON {database}.categories TO {}@'127.0.0.1'", url.username()),
    ] {
        assert!(is_refused(statement, &mut connection).await, "{statement}");
    }
    assert!(db::pending(db::Schema::Products, &mut connection).await.unwrap().is_empty());
}

#[tokio::test]
async fn migrating_again_takes_back_what_somebody_granted_meanwhile() {
    let migration = installation().await;
    bodega::cli::migrate::run(&migration).await.unwrap();
    let owner = migration.users_owner_database_url.as_ref().unwrap();
    let application = migration.databases.users_database_url.username();
    let grant = format!("GRANT UPDATE, DELETE, DROP ON security_log TO {application}@'127.0.0.1'");
    db::connect(owner).await.unwrap().batch_execute(&grant).await.unwrap();
    let mut connection = db::connect(&migration.databases.users_database_url).await.unwrap();
    assert!(!is_refused("UPDATE security_log SET actor = ''", &mut connection).await);
    bodega::cli::migrate::run(&migration).await.unwrap();
    assert!(is_refused("UPDATE security_log SET actor = ''", &mut connection).await);
    assert!(is_refused("DELETE FROM security_log", &mut connection).await);
    connection.batch_execute(ENTRY).await.unwrap();
}

#[tokio::test]
async fn an_account_that_may_do_everything_everywhere_is_not_accepted() {
    let mut migration = installation().await;
    migration.databases.users_database_url.set_username("bodega").unwrap();
    migration.databases.users_database_url.set_password(Some(&password())).unwrap();
    let error = bodega::cli::migrate::run(&migration).await.unwrap_err().to_string();
    assert!(error.contains("on all databases"), "{error}");
    let owner = migration.users_owner_database_url.clone().unwrap();
    migration.databases.users_database_url = owner;
    let error = bodega::cli::migrate::run(&migration).await.unwrap_err().to_string();
    assert!(error.contains("at once"), "{error}");
}

#[tokio::test]
async fn old_entries_of_the_security_log_are_removed_by_the_owner() {
    let mut migration = installation().await;
    bodega::cli::migrate::run(&migration).await.unwrap();
    let mut connection = db::connect(&migration.databases.users_database_url).await.unwrap();
    for _ in 0..3 {
        connection.batch_execute(ENTRY).await.unwrap();
    }
    // More than a batch of them, from long ago.
    let many = ENTRY.replace("VALUES (", "SELECT ").replace("NULL)", "NULL").replace("2 DAY", "4 DAY")
        + " FROM information_schema.collations LIMIT 100";
    for _ in 0..11 {
        connection.batch_execute(&many).await.unwrap();
    }
    assert_eq!(entries(&mut connection).await, 1103);
    bodega::cli::migrate::run(&migration).await.unwrap();
    assert_eq!(entries(&mut connection).await, 3, "kept for three days");
    migration.log_days = 1;
    bodega::cli::migrate::run(&migration).await.unwrap();
    assert_eq!(entries(&mut connection).await, 0, "kept for a day");
}

/// So many entries of an event, an hour apart, the newest so many hours old.
async fn fill(event: &str, count: u32, hours: u32, connection: &mut Connection) {
    for number in 0..count {
        let hours = format!("{} HOUR", hours + number);
        let entry = ENTRY.replace("2 DAY", &hours).replace("signed-in", event);
        connection.batch_execute(&entry).await.unwrap();
    }
}

#[tokio::test]
async fn the_oldest_refusals_give_way_where_there_are_too_many_entries_and_the_log_says_so() {
    let mut migration = installation().await;
    (migration.log_days, migration.log_rows) = (365, 100);
    bodega::cli::migrate::run(&migration).await.unwrap();
    let mut connection = db::connect(&migration.databases.users_database_url).await.unwrap();
    fill("role-changed", 50, 200, &mut connection).await;
    fill("refused", 35, 1, &mut connection).await;
    fill("sign-in-failed", 15, 50, &mut connection).await;
    bodega::cli::migrate::run(&migration).await.unwrap();
    assert_eq!(entries(&mut connection).await, 100, "as many as there may be");
    fill("sign-in-throttled", 20, 70, &mut connection).await;
    // The second time there is enough room.
    for _ in 0..2 {
        bodega::cli::migrate::run(&migration).await.unwrap();
        assert_eq!(entries(&mut connection).await, 90 + 1, "a tenth of the room is free");
    }
    let left = |event: &str, more: &str| {
        format!("SELECT COUNT(*) AS count FROM security_log WHERE event = '{event}' {more}")
    };
    for (event, more, count) in [
        ("role-changed", "", 50),
        ("sign-in-throttled", "", 0),
        ("sign-in-failed", "", 5),
        ("refused", "", 35),
        ("log-shortened", "AND detail = '30' AND since < UTC_TIMESTAMP() - INTERVAL 54 HOUR", 1),
    ] {
        assert_eq!(number(&left(event, more), &mut connection).await, count, "{event}");
    }
    migration.log_rows = 10;
    bodega::cli::migrate::run(&migration).await.unwrap();
    assert_eq!(number(&left("role-changed", ""), &mut connection).await, 50, "what is no refusal stays");
    assert_eq!(entries(&mut connection).await, 52);
}
