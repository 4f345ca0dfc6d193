//! Thousands of products, stored in a few statements.

use bodega::products::word_index;
use diesel_async::SimpleAsyncConnection;

use crate::support::Shop;

/// Stores so many products `Producto par|impar N`, code `C-0000000N`, units `N * 7919 % 1000`, in ten
/// categories, each also found by `numero0000000N`.
pub async fn fill(shop: &Shop, products: u32) {
    let mut connection = shop.products_connection().await;
    let numbers: Vec<u32> = (1..=products).collect();
    for numbers in numbers.chunks(500) {
        let (mut rows, mut words) = (vec![], vec![]);
        for number in numbers {
            row(*number, &mut rows, &mut words);
        }
        let statements = format!(
            "INSERT INTO products (id, name, code, code_key, description, units, category, words, version, \
             created_at, updated_at, updated_by, updated_by_name) VALUES {}; \
             INSERT INTO product_words VALUES {}",
            rows.join(","),
            words.join(",")
        );
        connection.batch_execute(&statements).await.unwrap();
    }
    let counts = "INSERT INTO categories SELECT category, COUNT(*) FROM products GROUP BY category; \
                  ANALYZE TABLE products, product_words";
    connection.batch_execute(counts).await.unwrap();
}

fn row(number: u32, rows: &mut Vec<String>, words: &mut Vec<String>) {
    let id = format!("UNHEX('{number:032X}')");
    let parity = if number.is_multiple_of(2) { "par" } else { "impar" };
    let (name, code) = (format!("Producto {parity} {number}"), format!("C-{number:07}"));
    let (category, description) = (format!("Categoria {}", number % 10), format!("numero{number:07}"));
    let found_by = word_index::of(&code, &name, &category, &description);
    rows.push(format!(
        "({id}, '{name}', '{code}', LOWER('{code}'), '{description}', {}, '{category}', '{}', 1, \
         NOW(6), FROM_UNIXTIME({}), UNHEX(REPEAT('0', 32)), 'Prueba')",
        number.wrapping_mul(7919) % 1000,
        word_index::text(&found_by),
        1_700_000_000 + u64::from(number) * 61,
    ));
    words.extend(found_by.iter().map(|word| format!("('{word}', {id})")));
}
