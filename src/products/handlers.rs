//! The list of products, and the page of each.

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::list::{self, Page, Query};
use super::notices::{self, Done};
use super::product::{self, Product};
use super::views::notice::Notice;
use super::{category, views};
use crate::app::App;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, May, SeeProducts, answer};

/// The list.
#[handler]
pub async fn index(
    app: &App,
    context: Context,
    _who: May<SeeProducts>,
    query: Query,
    request: &Request,
) -> Result<Response> {
    let page = match list::load(&query, &app.products, super::totals(app)).await {
        Err(Error::TooSlow) => return too_slow(app, &context, &query).await,
        page => page?,
    };
    if context.partial {
        return Ok(answer::ok(views::list::section(&context, &page)));
    }
    match notices::find(app, request) {
        Some((Done::Deleted, id)) => with_undo(app, &context, &page, id).await,
        _ => Ok(answer::ok(views::list::page(&context, &page, None))),
    }
}

/// A search that takes too long is not retried: the page asks for another one.
async fn too_slow(app: &App, context: &Context, query: &Query) -> Result<Response> {
    let categories = app.products.run(async |connection| category::load(connection).await).await?;
    let page = || views::list::too_slow(context, &Page::too_slow(query, categories));
    let fragment = || views::list::too_slow_section(context);
    Ok(answer::form(context, StatusCode::UNPROCESSABLE_ENTITY, page, fragment))
}

async fn with_undo(app: &App, context: &Context, page: &Page, id: Id) -> Result<Response> {
    let product = app.products.run(async |connection| product::find(id, connection).await).await?;
    let deleted = product.filter(|product| product.deleted_at.is_some());
    let notice = deleted.map(|product| Notice::Deleted {
        id,
        name: product.name,
        submission: app.signer.issue(context.person_id()),
    });
    let mut response = answer::ok(views::list::page(context, page, notice.as_ref()));
    notices::forget(app, &mut response);
    Ok(response)
}

/// One product, even if deleted.
#[handler]
pub async fn show(
    app: &App,
    context: Context,
    _who: May<SeeProducts>,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let product = find(app, &id).await?;
    let submission = app.signer.issue(context.person_id());
    let notice = match notices::find(app, request) {
        Some((done, id)) if id == product.id => match done {
            Done::Created => Some(Notice::Created),
            Done::Updated => Some(Notice::Updated),
            Done::Restored => Some(Notice::Restored),
            Done::Deleted => None,
        },
        _ => None,
    };
    let mut response = answer::ok(views::show::page(&context, &product, &submission, notice.as_ref()));
    if notice.is_some() {
        notices::forget(app, &mut response);
    }
    Ok(response)
}

/// The product of an address.
pub async fn find(app: &App, id: &str) -> Result<Product> {
    let id: Id = id.parse().map_err(|_| Error::NotFound)?;
    app.products.run(async |connection| product::find(id, connection).await).await?.ok_or(Error::NotFound)
}
