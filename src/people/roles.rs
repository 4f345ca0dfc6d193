//! Roles.

use poem::web::Path;
use poem::{Request, Response, handler};

use super::administration;
use super::handlers::{administer, find, refuse};
use crate::app::App;
use crate::audit::Source;
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
    let Some(role) = Role::from_key(fields.get("role")) else {
        return refuse(app, &context, &account, Rejection::whole("people-role-unknown")).await;
    };
    let (id, source) = (account.id, Source::of(request));
    let work = async move |connection: &mut Connection| {
        administration::set_role(id, role, &source, connection).await
    };
    administer(app, &context, (submission, &account), "notice-role-changed", work).await
}
