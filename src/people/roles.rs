//! Roles.

use poem::web::Path;
use poem::{Request, Response, handler};

use super::administration;
use super::handlers::{answer, find};
use crate::app::App;
use crate::audit::log::Source;
use crate::auth;
use crate::db::Connection;
use crate::error::Result;
use crate::web::{Context, Fields, Rejection, Role, Submission};

/// Changes somebody's role.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    submission: Submission,
    id: Path<String>,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let (id, source) = (account.id, Source::of(request));
    let changed = match Role::from_key(fields.get("role")) {
        Some(role) => {
            let change = async move |connection: &mut Connection| {
                administration::set_role(id, role, &source, connection).await
            };
            auth::change(app, submission, id, change).await
        }
        None => Err(Rejection::whole("people-role-unknown")),
    };
    answer(app, &context, &account, changed, "notice-role-changed").await
}
