//! The account's page, and its owner's name and language.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use poem::http::StatusCode;
use poem::web::Query;
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::notices::{self, Done};
use super::{Forms, Owner, done, page};
use crate::accounts::account::Account;
use crate::app::App;
use crate::audit::log::{Event, Source};
use crate::auth::{self, sign_in};
use crate::db::users_schema::accounts;
use crate::db::{Connection, Outcome, now};
use crate::error::{Error, Result};
use crate::people::views::account as views;
use crate::web::{
    Context, Fields, Form, LANGUAGE_COOKIE, Language, Message, Parked, Submission, answer, cookies, parked,
};

/// What the page's address may say: which draft to begin with.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Beginning {
    draft: String,
}

/// The sign-in has ended meanwhile.
struct Ended;

/// The page.
#[handler]
pub async fn show(
    app: &App,
    context: Context,
    owner: Owner,
    query: Query<Beginning>,
    request: &Request,
) -> Result<Response> {
    let found = parked::find(&app.redis, &app.signer, &query.draft, owner.person.id).await;
    let forms = begun(found);
    let notice = notices::find(app, request);
    let mut response = page(app, &context, &owner, forms, StatusCode::OK, notice).await?;
    if notice.is_some() {
        notices::forget(app, &mut response);
    }
    Ok(response)
}

/// The form that somebody had sent who had to sign in first.
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

/// The form as stored.
pub fn stored(account: &Account) -> Form {
    let mut form = Form::default();
    form.set("first_name", account.first_name.as_str());
    form.set("last_name", account.last_name.as_str());
    form.set("language", account.language.as_str());
    form
}

/// Changes name and language; every replica knows the name from the next request on.
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
    if !form.is_valid() {
        return refuse(app, &context, &owner, form).await;
    }
    let name = [form.value("first_name").to_owned(), form.value("last_name").to_owned()];
    let (source, by) = (Source::of(request), owner.clone());
    let change =
        async move |connection: &mut Connection| save(&by, &name, language, &source, connection).await;
    match submission.once(&app.users, change).await? {
        Outcome::Done(()) => {
            auth::sessions(app).store().settle_or_later(owner.person.id).await;
            let mut response = done(app, &context, Done::Profile);
            let secure = app.config.is_https();
            cookies::set(&mut response, LANGUAGE_COOKIE, language.tag(), Some(cookies::YEAR), secure);
            Ok(response)
        }
        Outcome::Refused(Ended) => Err(Error::NotSignedIn),
        Outcome::KeyReused => {
            form.fail("", Message::new("submission-changed"));
            refuse(app, &context, &owner, form).await
        }
    }
}

async fn save(
    owner: &Owner,
    [first_name, last_name]: &[String; 2],
    language: Language,
    source: &Source,
    connection: &mut Connection,
) -> QueryResult<Result<(), Ended>> {
    let Some(account) = owner.lock(connection).await? else { return Ok(Err(Ended)) };
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
        sign_in::unsettle(account.id, connection).await?;
        let before = format!("{} {}", account.first_name, account.last_name);
        let detail = format!("{before} → {first_name} {last_name}");
        source.record(Event::NameChanged, &account, &detail, connection).await?;
    }
    Ok(Ok(()))
}

async fn refuse(app: &App, context: &Context, owner: &Owner, mut form: Form) -> Result<Response> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if context.partial {
        form.submission = app.signer.issue(owner.person.id);
        return Ok(answer::html(status, views::profile(context, &form)));
    }
    page(app, context, owner, Forms { profile: Some(form), ..Forms::default() }, status, None).await
}
