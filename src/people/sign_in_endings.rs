//! Signing somebody out everywhere.

use poem::web::Path;
use poem::{Request, Response, handler};

use super::administration;
use super::handlers::{administer, find};
use crate::app::App;
use crate::audit::Source;
use crate::db::Connection;
use crate::error::Result;
use crate::web::{Context, Submission};

/// Ends them, on every replica at once.
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
        async move |connection: &mut Connection| administration::end_sign_ins(id, &source, connection).await;
    administer(app, &context, (submission, &account), "notice-sign-ins-ended", work).await
}
