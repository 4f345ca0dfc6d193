//! Deleting and restoring a product.

use poem::web::Path;
use poem::{Response, handler};

use super::handlers::{DELETED, find};
use super::product::{self, Change};
use crate::app::App;
use crate::db::Connection;
use crate::error::Result;
use crate::web::{Context, Notice, SignedIn, Submission, answer};

/// Deletes a product; the list then offers to undo it.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    who: SignedIn,
    submission: Submission,
    id: Path<String>,
) -> Result<Response> {
    let id = find(app, &id).await?.id;
    let change =
        async move |connection: &mut Connection| -> Change { product::delete(id, &who.0, connection).await };
    submission.change(&app.products, change).await?;
    Ok(answer::done(&context, Notice::new(DELETED, "/products").about(id)))
}

/// Restores a product.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    who: SignedIn,
    submission: Submission,
    id: Path<String>,
) -> Result<Response> {
    let id = find(app, &id).await?.id;
    let change =
        async move |connection: &mut Connection| -> Change { product::restore(id, &who.0, connection).await };
    submission.change(&app.products, change).await?;
    Ok(answer::done(&context, Notice::new("notice-product-restored", &format!("/products/{id}"))))
}
