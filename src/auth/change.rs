//! A form's change of an account.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::auth;
use crate::db::Work;
use crate::id::Id;
use crate::web::{Rejection, Submission};

/// Makes a form's change of an account exactly once, and tells Redis what it means for the account's sign-ins, so
/// that every replica knows before the form is answered. `None` is for changes that concern all accounts.
///
/// # Errors
///
/// See [`Rejection`].
pub async fn change<T, R, F>(
    app: &App,
    submission: Submission,
    whose: impl Into<Option<Id>>,
    work: F,
) -> Result<T, Rejection>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    R: Into<Rejection> + Send + 'static,
    F: Work<Result<T, R>> + 'static,
{
    let done = submission.change(&app.users, work).await?;
    auth::sessions(app).store().sync_or_later(whose).await;
    Ok(done)
}
