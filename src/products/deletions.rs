//! Deleting and restoring a product.

use poem::web::Path;
use poem::{Response, handler};

use super::handlers::find;
use super::notices::{self, Done};
use super::product::{self, Change};
use crate::app::App;
use crate::db::Connection;
use crate::error::Result;
use crate::id::Id;
use crate::web::{Context, DeleteProducts, May, Submission, answer};

/// Deletes a product; the list then offers to undo it.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    who: May<DeleteProducts>,
    submission: Submission,
    id: Path<String>,
) -> Result<Response> {
    let id = find(app, &id).await?.id;
    let change =
        async move |connection: &mut Connection| -> Change { product::delete(id, &who.0, connection).await };
    submission.change(&app.products, change).await?;
    Ok(answer(app, &context, "/products", (Done::Deleted, id)))
}

/// Restores a product.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    who: May<DeleteProducts>,
    submission: Submission,
    id: Path<String>,
) -> Result<Response> {
    let id = find(app, &id).await?.id;
    let change =
        async move |connection: &mut Connection| -> Change { product::restore(id, &who.0, connection).await };
    submission.change(&app.products, change).await?;
    Ok(answer(app, &context, &format!("/products/{id}"), (Done::Restored, id)))
}

fn answer(app: &App, context: &Context, path: &str, (done, id): (Done, Id)) -> Response {
    let mut response = answer::see_other(context, path);
    notices::leave(app, &mut response, done, id);
    response
}
