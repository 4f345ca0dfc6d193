//! The made-up shop, and accounts made by whoever runs the installation.

use bodega::auth;
use bodega::cli::operator::{self, NewAccount};
use bodega::cli::seed;
use bodega::config::{Databases, Migration, Organisation};
use bodega::db::Connection;
use bodega::web::{Language, Role};
use clap::Parser;
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use crate::support::{Browser, PASSWORD, Shop, shared_mysql, shared_redis, unique};

/// An installation as `bodega migrate` makes it.
async fn migrated() -> Shop {
    let shop = Shop::empty(&shared_mysql(), &shared_redis()).await;
    let migration = Migration {
        databases: Databases {
            users_database_url: shop.users_url.clone(),
            products_database_url: shop.products_url.clone(),
        },
        users_owner_database_url: None,
        products_owner_database_url: None,
        public_url: "http://localhost".parse().unwrap(),
        log_days: 365,
        log_rows: 1_000_000,
    };
    bodega::cli::migrate::run(&migration).await.unwrap();
    shop
}

async fn seed(shop: &Shop, products: u32) {
    #[derive(Parser)]
    struct CommandLine {
        #[command(flatten)]
        options: seed::Options,
    }
    let products = products.to_string();
    let (users_url, products_url) = (shop.users_url.to_string(), shop.products_url.to_string());
    let arguments = [
        "bodega",
        "--products",
        &products,
        "--users-database-url",
        &users_url,
        "--products-database-url",
        &products_url,
    ];
    let options = CommandLine::parse_from(arguments).options;
    seed::run(&options).await.unwrap();
}

async fn sign_in(shop: &Shop, email: &str, password: &str) -> Browser {
    let mut browser = shop.replica().await.visitor();
    let form = browser.get("/login").await.form_to("/login");
    let answer = browser.submit(&form.fill("email", email).fill("password", password)).await;
    answer.assert_redirect("/products");
    browser
}

async fn count(query: &str, connection: &mut Connection) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = format!("SELECT CAST(({query}) AS SIGNED) AS count");
    diesel::sql_query(query).get_result::<Count>(connection).await.unwrap().count
}

#[tokio::test]
async fn seeding_again_adds_what_is_missing_and_nothing_twice() {
    let shop = migrated().await;
    let mut connection = shop.products_connection().await;
    for (products, expected) in [(300, 300), (300, 300), (700, 700), (10, 700)] {
        seed(&shop, products).await;
        assert_eq!(count("SELECT COUNT(*) FROM products", &mut connection).await, expected);
    }
    assert_eq!(count("SELECT COUNT(*) FROM accounts", &mut shop.users_connection().await).await, 3);
    let wrong = "SELECT COUNT(*) FROM categories WHERE products <> \
                 (SELECT COUNT(*) FROM products WHERE products.category = categories.name)";
    assert_eq!(count(wrong, &mut connection).await, 0);
    assert_eq!(count("SELECT COUNT(*) FROM categories", &mut connection).await, 12);
    let words = "SELECT SUM(LENGTH(words) - LENGTH(REPLACE(words, ' ', ''))) FROM products";
    let words = count(words, &mut connection).await;
    assert_eq!(count("SELECT COUNT(*) FROM product_words", &mut connection).await, words);
}

#[tokio::test]
async fn a_made_up_product_leaves_the_code_of_a_real_one_alone() {
    let shop = migrated().await;
    seed(&shop, 0).await;
    let (email, password) = seed::sign_in();
    let mut ines = sign_in(&shop, email, password).await;
    let mut connection = shop.products_connection().await;
    seed(&shop, 5).await;
    // The first one becomes somebody's own: the same code under another key.
    let own = "UPDATE products SET id = UNHEX(REPEAT('7', 32)) ORDER BY id LIMIT 1";
    diesel::sql_query(own).execute(&mut connection).await.unwrap();
    seed(&shop, 20).await;
    assert_eq!(count("SELECT COUNT(*) FROM products", &mut connection).await, 20);
    let products = ines.get("/products").await;
    products.assert_page(200, Language::Spanish);
    assert_eq!(products.text_of("#product-total"), "20 productos");
}

#[tokio::test]
async fn accounts_are_made_where_registration_is_closed_and_by_its_rules() {
    let shop = Shop::new().await;
    let app = shop.app(&["--registration", "closed"]);
    let mut new = NewAccount {
        first_name: "Ana".into(),
        last_name: " Gil ".into(),
        email: format!("{}@example.com", unique("Ana")),
        role: Role::Clerk,
        organisation: Organisation { organisation: "Ferretería El Clavo".into() },
    };
    let first = operator::create(&new, PASSWORD, &app.users, auth::hasher(&app)).await.unwrap();
    assert_eq!((first.role.as_str(), first.last_name.as_str()), ("administrator", "Gil"));
    let again = operator::create(&new, PASSWORD, &app.users, auth::hasher(&app)).await.unwrap_err();
    assert!(again.to_string().contains("has an account already"), "{again}");
    (new.email, new.role) = (format!("{}@example.com", unique("luis")), Role::Administrator);
    let wrong = operator::create(&new, "corta", &app.users, auth::hasher(&app)).await.unwrap_err();
    assert!(wrong.to_string().starts_with("password: "), "{wrong}");
    let organisation =
        operator::create(&new, "Clavo.Ferreteria7", &app.users, auth::hasher(&app)).await.unwrap_err();
    assert!(organisation.to_string().contains("the organisation’s name"), "{organisation}");
    let second = operator::create(&new, PASSWORD, &app.users, auth::hasher(&app)).await.unwrap();
    assert_eq!(second.role, "administrator");
    let mut luis = sign_in(&shop, &new.email, PASSWORD).await;
    luis.get("/products").await.assert_page(200, Language::Spanish);
}
