//! What the home page says of the products.

use diesel::QueryResult;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::category;
use super::listing::Row;
use crate::db::{Connection, Statement};
use crate::home::views::Overview;

/// Rows of each short list.
const ROWS: u32 = 5;
const COLUMNS: &str = "id, name, code, units, category, updated_at";

/// Counts, what is out of stock, what changed last.
pub async fn load(connection: &mut Connection) -> QueryResult<Overview> {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let out_of_stock = "FROM products FORCE INDEX (products_by_units) WHERE deleted_at IS NULL AND units = 0";
    let count: Count =
        Statement::new(format!("SELECT COUNT(*) AS count {out_of_stock}")).get_result(connection).await?;
    let empty: Vec<Row> =
        Statement::new(format!("SELECT {COLUMNS} {out_of_stock} ORDER BY id DESC LIMIT {ROWS}"))
            .load(connection)
            .await?;
    let recent = "FROM products FORCE INDEX (products_by_updated) WHERE deleted_at IS NULL";
    let recent: Vec<Row> =
        Statement::new(format!("SELECT {COLUMNS} {recent} ORDER BY updated_at DESC, id DESC LIMIT {ROWS}"))
            .load(connection)
            .await?;
    let categories = category::load(connection).await?;
    Ok(Overview {
        products: category::total(&categories, connection).await?,
        categories: u64::try_from(categories.len()).unwrap_or(u64::MAX),
        out_of_stock: u64::try_from(count.count).unwrap_or(0),
        out_of_stock_rows: empty,
        recent,
    })
}
