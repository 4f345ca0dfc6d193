//! Links by which somebody sets a new password, for an administrator to pass on.

use diesel::QueryResult;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, handler};

use super::administration::{self, Refusal};
use super::handlers::{find, page, refuse};
use super::views::banner::Banner;
use crate::accounts::link::{Kind, Secret};
use crate::app::App;
use crate::audit::log::Source;
use crate::db::Connection;
use crate::error::Result;
use crate::web::{Context, Message, Submission};

/// Makes a link and shows it this once. A replay of the form cannot show it again: only its hash is stored, as the
/// outcome.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    submission: Submission,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let account = find(app, &id).await?;
    let (id, source, secret) = (account.id, Source::of(request), Secret::new());
    let for_change = secret.clone();
    let change = async move |connection: &mut Connection| -> QueryResult<Result<Vec<u8>, Refusal>> {
        let made = administration::make_password_link(id, &for_change, &source, connection).await?;
        Ok(made.map(|()| for_change.hash.to_vec()))
    };
    match submission.change(&app.users, change).await {
        Ok(hash) if hash == secret.hash => {
            let link = app.config.address(&format!("/password/new/{}", secret.text));
            page(app, &context, &account, Some(banner(link)), StatusCode::OK).await
        }
        Ok(_) => {
            page(
                app,
                &context,
                &account,
                Some(Banner::Refused(Message::new("people-link-gone"))),
                StatusCode::OK,
            )
            .await
        }
        Err(rejection) => refuse(app, &context, &account, rejection).await,
    }
}

fn banner(link: String) -> Banner {
    let minutes = u64::try_from(Kind::Password.lifetime().whole_minutes()).unwrap_or(0);
    Banner::Link {
        title: "people-link-title",
        text: Message::new("people-link-text").with("minutes", minutes),
        link,
    }
}
