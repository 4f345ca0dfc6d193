//! The first page: what this is, or what needs attention.

pub mod views;

use poem::{Response, handler};

use crate::app::App;
use crate::error::Result;
use crate::products::overview;
use crate::web::{Context, answer};

/// For visitors what Bodega is; for signed-in people how things stand.
#[handler]
pub async fn show(app: &App, context: Context) -> Result<Response> {
    if context.person.is_none() {
        return Ok(answer::ok(views::welcome(&context)));
    }
    let overview = app.products.run(async |connection| overview::load(connection).await).await?;
    Ok(answer::ok(views::overview(&context, &overview)))
}
