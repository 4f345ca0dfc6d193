//! The administrators' page of jobs.

use diesel::QueryResult;
use poem::web::Path;
use poem::{Response, handler};

use super::listing::{self, JobState, Listed};
use super::views;
use crate::app::App;
use crate::db::{Connection, Database};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::{Context, Rejection, Submission, answer};

/// Jobs shown for each state and database.
const SHOWN: i64 = 50;

/// Failed, running and waiting jobs.
#[handler]
pub async fn index(app: &App, context: Context) -> Result<Response> {
    let mut listed: [Listed; 3] = JobState::OPEN.map(|state| (state, Vec::new()));
    for (state, jobs) in &mut listed {
        for database in [&app.users, &app.products] {
            let found = database.run(async |connection| listing::latest(*state, SHOWN, connection).await);
            jobs.extend(found.await?.into_iter().map(|job| (database.name(), job)));
        }
    }
    Ok(answer::ok(views::page(&context, &listed, &|| app.signer.issue(context.person_id()))))
}

/// Resumes a job that was given up.
#[handler]
pub async fn retry(
    app: &App,
    context: Context,
    submission: Submission,
    Path((database, id)): Path<(String, String)>,
) -> Result<Response> {
    let database = named(app, &database).ok_or(Error::NotFound)?;
    let id: Id = id.parse().map_err(|_| Error::NotFound)?;
    // Fine too if somebody else was faster.
    let change = async move |connection: &mut Connection| -> QueryResult<Result<bool, Rejection>> {
        Ok(Ok(listing::retry(id, connection).await?))
    };
    submission.change(database, change).await?;
    Ok(answer::see_other(&context, "/jobs"))
}

fn named<'a>(app: &'a App, name: &str) -> Option<&'a Database> {
    [&app.users, &app.products].into_iter().find(|database| database.name() == name)
}
