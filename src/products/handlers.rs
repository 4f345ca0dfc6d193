//! The list of products, and the page of each.

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Response, handler};

use super::list::{self, Page, Query};
use super::product::{self, Product};
use super::{category, views};
use crate::app::App;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, answer};

/// The notice of a deletion.
pub const DELETED: &str = "notice-product-deleted";

/// The list.
#[handler]
pub async fn index(app: &App, context: Context, query: Query) -> Result<Response> {
    let context = with_undo(app, context).await?;
    let page = match list::load(&query, &app.products, super::totals(app)).await {
        Err(Error::TooSlow) => return too_slow(app, &context, &query).await,
        page => page?,
    };
    if context.partial {
        return Ok(answer::ok(views::list::section(&context, &page)));
    }
    Ok(answer::ok(views::list::page(&context, &page)))
}

/// A search that takes too long is not retried: the page asks for another one.
async fn too_slow(app: &App, context: &Context, query: &Query) -> Result<Response> {
    let categories = app.products.run(async |connection| category::load(connection).await).await?;
    let page = || views::list::too_slow(context, &Page::too_slow(query, categories));
    let fragment = || views::list::too_slow_section(context);
    Ok(answer::form(context, StatusCode::UNPROCESSABLE_ENTITY, page, fragment))
}

/// Completes the notice of a deletion with the product's name and a button to undo it, unless it is restored already.
async fn with_undo(app: &App, mut context: Context) -> Result<Context> {
    let Some(notice) = context.notice.take_if(|notice| notice.is(DELETED)) else { return Ok(context) };
    let Some(id) = notice.about else { return Ok(context) };
    let product = app.products.run(async |connection| product::find(id, connection).await).await?;
    let key = app.signer.issue(context.person_id());
    let undo = views::show::restore_form(&context, id, &key, "products-undo");
    let deleted = product.filter(|product| product.deleted_at.is_some());
    context.notice = deleted.map(|product| notice.explained(product.name, undo));
    Ok(context)
}

/// One product, even if deleted.
#[handler]
pub async fn show(app: &App, context: Context, id: Path<String>) -> Result<Response> {
    let product = find(app, &id).await?;
    let key = app.signer.issue(context.person_id());
    Ok(answer::ok(views::show::page(&context, &product, &key)))
}

/// The product of an address.
pub async fn find(app: &App, id: &str) -> Result<Product> {
    let id: Id = id.parse().map_err(|_| Error::NotFound)?;
    app.products.run(async |connection| product::find(id, connection).await).await?.ok_or(Error::NotFound)
}
