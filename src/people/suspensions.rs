//! Disabling accounts, and enabling them again.

use poem::web::Path;
use poem::{Request, Response, handler};

use super::administration;
use super::handlers::{administer, find};
use crate::app::App;
use crate::audit::Source;
use crate::db::Connection;
use crate::error::Result;
use crate::web::{Context, Submission};

/// Disables an account.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let (id, source) = (account.id, Source::of(request));
    let work =
        async move |connection: &mut Connection| administration::disable(id, &source, connection).await;
    administer(app, &context, (submission, &account), "notice-disabled", work).await
}

/// Enables it again.
#[handler]
pub async fn destroy(
    app: &App,
    context: Context,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let (id, source) = (account.id, Source::of(request));
    let work = async move |connection: &mut Connection| administration::enable(id, &source, connection).await;
    administer(app, &context, (submission, &account), "notice-enabled", work).await
}
