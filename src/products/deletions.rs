//! Deleting a product, and taking that back.

use poem::web::Path;
use poem::{Response, handler};

use super::handlers::find;
use super::notices::{self, Done};
use super::product::{self, Change, Refusal};
use crate::app::App;
use crate::db::{Connection, Outcome};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::permission::DeleteProducts;
use crate::web::{Context, May, Submission, answer};

/// Deletes; the list then offers to undo it.
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
    let once = submission.once(&app.products, change).await?;
    answer(app, &context, &once, "/products", (Done::Deleted, id))
}

/// Restores.
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
    let once = submission.once(&app.products, change).await?;
    answer(app, &context, &once, &format!("/products/{id}"), (Done::Restored, id))
}

fn answer(
    app: &App,
    context: &Context,
    once: &Outcome<Id, Refusal>,
    path: &str,
    (done, id): (Done, Id),
) -> Result<Response> {
    match once {
        Outcome::Done(_) => {
            let mut response = answer::see_other(context, path);
            notices::leave(app, &mut response, done, id);
            Ok(response)
        }
        Outcome::Refused(_) => Err(Error::NotFound),
        // The only content is the address, so this is a key of another page or another person.
        Outcome::KeyReused => Err(Error::ForeignSubmission),
    }
}
