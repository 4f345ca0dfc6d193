//! Switching the language.

use poem::{Response, handler};

use crate::accounts::account;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::{Context, Fields, LANGUAGE_COOKIE, Language, answer, cookies};

/// Stores the language in a cookie and, for signed-in people, in their profile.
#[handler]
pub async fn update(app: &App, context: Context, fields: &Fields) -> Result<Response> {
    let language = Language::from_tag(fields.get("language")).ok_or(Error::Unreadable("no such language"))?;
    if let Some(person) = &context.person {
        let id = person.id;
        let stored =
            app.users.run(async |connection| account::set_language(id, language, connection).await).await;
        // The cookie is enough: no error page for a language.
        if let Err(error) = stored {
            tracing::warn!(request_id = context.request_id, cause = %error, "language not stored");
        }
    }
    let mut response = answer::see_other(&context, answer::local_path(fields.get("next"), "/"));
    cookies::set(&mut response, LANGUAGE_COOKIE, language.tag(), Some(cookies::YEAR), app.config.is_https());
    Ok(response)
}
