//! The account's page, and its owner's name and language.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use poem::http::StatusCode;
use poem::web::Query;
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::Owner;
use super::page::{self, Forms, Part};
use crate::accounts::Account;
use crate::app::App;
use crate::audit::{Event, Source};
use crate::auth::{self, sign_in};
use crate::db::users_schema::accounts;
use crate::db::{Connection, now};
use crate::error::{Error, Result};
use crate::web::{
    Context, Fields, Form, LANGUAGE_COOKIE, Language, Parked, Rejection, Submission, cookies, parked,
};

/// The page's query: which draft to show.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Beginning {
    draft: String,
}

/// The page.
#[handler]
pub async fn show(app: &App, context: Context, owner: Owner, query: Query<Beginning>) -> Result<Response> {
    let found = parked::find(&app.redis, &app.signer, &query.draft, owner.person.id).await;
    page::show(app, &context, &owner, begun(found), StatusCode::OK).await
}

/// The form that was sent before signing in, if any.
fn begun(found: Parked) -> Forms {
    let Parked::Typed(fields) = &found else { return Forms { found, ..Forms::default() } };
    let has = |name| fields.find(name).is_some();
    let email = |fields: &Fields| {
        let mut form = Form::default();
        form.take(fields, &["email"]);
        form
    };
    let profile = found.form(typed).filter(|_| has("first_name"));
    let email = found.form(email).filter(|_| has("email"));
    Forms { profile, email, password: None, found }
}

fn typed(fields: &Fields) -> Form {
    let mut form = Form::default();
    form.take(fields, &["first_name", "last_name", "language"]);
    form
}

/// Changes name and language. Every replica knows the name from the next request on.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    owner: Owner,
    submission: Submission,
    fields: &Fields,
    request: &Request,
) -> Result<Response> {
    let mut form = typed(fields);
    form.check_text("first_name", 60);
    form.check_text("last_name", 60);
    let language = Language::from_tag(form.value("language")).ok_or(Error::Unreadable("no such language"))?;
    let saved = match form.is_valid() {
        true => save(app, &owner, submission, (&form, language), Source::of(request)).await,
        false => Err(Rejection::Invalid),
    };
    if let Err(rejection) = saved {
        return page::again(app, &context, &owner, (Part::Profile, form), rejection, "submission-away").await;
    }
    let mut response = page::done(&context, "notice-profile-saved");
    let secure = app.config.is_https();
    cookies::set(&mut response, LANGUAGE_COOKIE, language.tag(), Some(cookies::YEAR), secure);
    Ok(response)
}

async fn save(
    app: &App,
    owner: &Owner,
    submission: Submission,
    (form, language): (&Form, Language),
    source: Source,
) -> Result<(), Rejection> {
    let name = [form.value("first_name").to_owned(), form.value("last_name").to_owned()];
    let by = owner.clone();
    let change = async move |connection: &mut Connection| match by.lock(connection).await? {
        Ok(account) => store(&account, &name, language, &source, connection).await.map(Ok),
        Err(error) => Ok(Err(error)),
    };
    auth::change(app, submission, owner.person.id, change).await
}

async fn store(
    account: &Account,
    [first_name, last_name]: &[String; 2],
    language: Language,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<()> {
    diesel::update(accounts::table.find(account.id))
        .set((
            accounts::first_name.eq(first_name),
            accounts::last_name.eq(last_name),
            accounts::language.eq(language.tag()),
            accounts::updated_at.eq(now()),
        ))
        .execute(connection)
        .await?;
    if (&account.first_name, &account.last_name) != (first_name, last_name) {
        sign_in::mark_stale(account.id, connection).await?;
        let before = format!("{} {}", account.first_name, account.last_name);
        let detail = format!("{before} → {first_name} {last_name}");
        source.record(Event::NameChanged, account, &detail, connection).await?;
    }
    Ok(())
}
