//! A category has one spelling.

use std::time::Duration;

use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::support::Shop;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[tokio::test]
async fn who_uses_a_category_while_somebody_else_makes_it_spells_it_as_they_do() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (mut ana, mut luis) = (replica.person("Ana").await, replica.person("Luis").await);
    let new = ana.product_form("Uno", "U-1").await.fill("category", "Jardinería");
    let old = luis.add_product("Dos", "D-1").await;
    let edit = luis.get(&format!("{old}/edit")).await.form_to(&old).fill("category", "JARDINERIA");
    // Neither sees it, and both wait for whoever makes it.
    let (mut maker, mut observer) = (shop.products_connection().await, shop.products_connection().await);
    let make = "START TRANSACTION; INSERT INTO categories VALUES ('jardineria', 0)";
    maker.batch_execute(make).await.unwrap();
    let (new, edited, ()) = tokio::join!(ana.add(&new), luis.submit(&edit), async {
        let waiting = "SELECT COUNT(*) AS count FROM information_schema.processlist \
             WHERE db = DATABASE() AND info LIKE 'INSERT INTO categories%'";
        while diesel::sql_query(waiting).get_result::<Count>(&mut observer).await.unwrap().count < 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        maker.batch_execute("COMMIT").await.unwrap();
    });
    edited.assert_redirect(&old);
    for path in [new, old] {
        let form = ana.get(&format!("{path}/edit")).await.form_to(&path);
        assert_eq!(form.value("category"), "jardineria", "{path}");
    }
    let page = ana.get("/products?category=Jardiner%C3%ADa&q=jardineria").await;
    assert!(page.text_of("#product-total").starts_with("2 "), "{}", page.text_of("#product-total"));
    assert!(page.texts("#filter-category option").contains(&"jardineria (2)".to_owned()));
}
