//! What the home page says of the products.

use diesel::QueryResult;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::category;
use super::list::ProductRow;
use crate::db::{Connection, RawQuery};

/// Rows of each short list.
const ROWS: u32 = 5;
/// Products out of stock are counted up to here, to keep the page fast.
pub const COUNTED: u64 = 1000;
const COLUMNS: &str = "id, name, code, units, category, updated_at";

/// How things stand.
pub struct Overview {
    /// Without deleted ones, as all counts here.
    pub products: u64,
    pub categories: u64,
    /// At most [`COUNTED`] + 1.
    pub out_of_stock: u64,
    /// A few of them.
    pub out_of_stock_rows: Vec<ProductRow>,
    /// The last saved, newest first.
    pub recent: Vec<ProductRow>,
}

pub async fn load(connection: &mut Connection) -> QueryResult<Overview> {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let out_of_stock = "FROM products FORCE INDEX (products_by_units) WHERE deleted_at IS NULL AND units = 0";
    let count: Count = RawQuery::select(format!(
        "COUNT(*) AS count FROM (SELECT 1 AS one {out_of_stock} LIMIT {}) AS out_of_stock",
        COUNTED + 1
    ))
    .get_result(connection)
    .await?;
    let empty: Vec<ProductRow> =
        RawQuery::select(format!("{COLUMNS} {out_of_stock} ORDER BY id DESC LIMIT {ROWS}"))
            .load(connection)
            .await?;
    let recent = "FROM products FORCE INDEX (products_by_updated) WHERE deleted_at IS NULL";
    let recent: Vec<ProductRow> =
        RawQuery::select(format!("{COLUMNS} {recent} ORDER BY updated_at DESC, id DESC LIMIT {ROWS}"))
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
