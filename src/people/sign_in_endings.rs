//! Signing somebody out everywhere.

use poem::web::Path;
use poem::{Request, Response, handler};

use super::administration;
use super::handlers::{answer, find};
use crate::app::App;
use crate::audit::log::Source;
use crate::auth;
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
    let change =
        async move |connection: &mut Connection| administration::end_sign_ins(id, &source, connection).await;
    let changed = auth::change(app, submission, id, change).await;
    answer(app, &context, &account, changed, "notice-sign-ins-ended").await
}
