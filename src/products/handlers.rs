//! The pages and forms of products.

use poem::http::StatusCode;
use poem::web::{Path, Query as UrlQuery};
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::listing::{Listing, Query, Sort};
use super::notices::{self, Done};
use super::product::{self, Draft, Product, Refusal};
use super::views::form::Editor;
use super::views::notice::Notice;
use super::{category, code, list, views};
use crate::app::App;
use crate::db::Outcome;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::draft::{self, Found};
use crate::web::permission::{EditProducts, SeeProducts};
use crate::web::{Context, Fields, Form, May, Message, Submission, answer};

/// The list's filters as sent. Whatever cannot be understood is as if it were not there.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Parameters {
    q: String,
    category: String,
    sort: String,
    dir: String,
    page: String,
}

impl From<Parameters> for Query {
    fn from(parameters: Parameters) -> Self {
        // Pages beyond u64 exist no more than others beyond the last one.
        let digits = !parameters.page.is_empty() && parameters.page.bytes().all(|byte| byte.is_ascii_digit());
        let page = if digits { parameters.page.parse().unwrap_or(u64::MAX) } else { 1 };
        Self {
            q: parameters.q.trim().chars().take(200).collect(),
            category: parameters.category.trim().chars().take(60).collect(),
            sort: Sort::from_key(&parameters.sort).unwrap_or_default(),
            descending: parameters.dir == "desc",
            page: page.max(1),
        }
    }
}

/// The list.
#[handler]
pub async fn index(
    app: &App,
    context: Context,
    _who: May<SeeProducts>,
    request: &Request,
) -> Result<Response> {
    let parameters = request.params::<Parameters>().unwrap_or_default();
    let query = parameters.into();
    let listing = match list::load(&query, &app.products, &super::totals(app)).await {
        Err(Error::TooSlow) => return too_much(app, &context, &query).await,
        listing => listing?,
    };
    if context.partial {
        return Ok(answer::ok(views::list::section(&context, &listing)));
    }
    match notices::find(app, request) {
        Some((Done::Deleted, id)) => with_undo(app, &context, &listing, id).await,
        _ => Ok(answer::ok(views::list::page(&context, &listing, None))),
    }
}

/// A search that takes too long is not tried again, by anybody: the page asks for another one.
async fn too_much(app: &App, context: &Context, query: &Query) -> Result<Response> {
    let categories = app.products.run(async |connection| category::load(connection).await).await?;
    let listing = Listing::empty(query, 0, categories);
    let page = || views::list::too_much(context, &listing);
    Ok(answer::form(context, StatusCode::UNPROCESSABLE_ENTITY, page, || {
        views::list::too_much_section(context)
    }))
}

async fn with_undo(app: &App, context: &Context, listing: &Listing, id: Id) -> Result<Response> {
    let product = app.products.run(async |connection| product::find(id, connection).await).await?;
    let deleted = product.filter(|product| product.deleted_at.is_some());
    let notice = deleted.map(|product| Notice::Deleted {
        id,
        name: product.name,
        submission: app.signer.issue(context.person_id()),
    });
    let mut response = answer::ok(views::list::page(context, listing, notice.as_ref()));
    notices::forget(app, &mut response);
    Ok(response)
}

/// What a form's address may say: which draft to begin with.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Beginning {
    draft: String,
}

/// The form for a new product.
#[handler]
pub async fn new(
    app: &App,
    context: Context,
    _who: May<EditProducts>,
    query: UrlQuery<Beginning>,
) -> Result<Response> {
    let found = draft::find(&app.redis, &app.signer, &query.draft, context.person_id()).await;
    let form = found.form(typed).unwrap_or_default();
    Saving { found, ..Saving::new(app, &context, None) }.show(form, StatusCode::OK).await
}

/// Stores a new product.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    who: May<EditProducts>,
    submission: Submission,
    fields: &Fields,
) -> Result<Response> {
    let saving = Saving::new(app, &context, None);
    let mut form = typed(fields);
    let Some(draft) = check(&mut form, "") else {
        return saving.show(form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let change = async move |connection: &mut crate::db::Connection| {
        draft.insert(submission.key(), &who.0, connection).await
    };
    saving.answer(submission.once(&app.products, change).await?, form, Done::Created).await
}

/// One product, also a deleted one.
#[handler]
pub async fn show(
    app: &App,
    context: Context,
    _who: May<SeeProducts>,
    id: Path<String>,
    request: &Request,
) -> Result<Response> {
    let product = find(app, &id).await?;
    let submission = app.signer.issue(context.person_id());
    let notice = match notices::find(app, request) {
        Some((done, id)) if id == product.id => match done {
            Done::Created => Some(Notice::Created),
            Done::Updated => Some(Notice::Updated),
            Done::Restored => Some(Notice::Restored),
            Done::Deleted => None,
        },
        _ => None,
    };
    let mut response = answer::ok(views::show::page(&context, &product, &submission, notice.as_ref()));
    if notice.is_some() {
        notices::forget(app, &mut response);
    }
    Ok(response)
}

/// The form for an existing product.
#[handler]
pub async fn edit(
    app: &App,
    context: Context,
    _who: May<EditProducts>,
    id: Path<String>,
    query: UrlQuery<Beginning>,
) -> Result<Response> {
    let product = find(app, &id).await?;
    if product.deleted_at.is_some() {
        return Ok(answer::see_other(&context, &format!("/products/{}", product.id)));
    }
    let found = draft::find(&app.redis, &app.signer, &query.draft, context.person_id()).await;
    let form = found.form(typed).unwrap_or_else(|| stored_form(&product));
    let existing = Some((product.id, product.name.as_str()));
    Saving { found, ..Saving::new(app, &context, existing) }.show(form, StatusCode::OK).await
}

/// Stores a new version of a product.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    who: May<EditProducts>,
    submission: Submission,
    id: Path<String>,
    fields: &Fields,
) -> Result<Response> {
    let product = find(app, &id).await?;
    let id = product.id;
    let saving = Saving::new(app, &context, Some((id, &product.name)));
    let mut form = typed(fields);
    // Without a version nobody can tell what the person has seen.
    let version: u32 = fields.get("version").parse().unwrap_or(0);
    let Some(draft) = check(&mut form, &product.code) else {
        return saving.show(form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let change = async move |connection: &mut crate::db::Connection| {
        draft.update(id, version, &who.0, connection).await
    };
    saving.answer(submission.once(&app.products, change).await?, form, Done::Updated).await
}

/// A form on its way: which product it is about, and what to show when it is not saved.
struct Saving<'a> {
    app: &'a App,
    context: &'a Context,
    existing: Option<(Id, &'a str)>,
    stored: Option<&'a Product>,
    /// What was typed before signing in.
    found: Found,
}

impl<'a> Saving<'a> {
    fn new(app: &'a App, context: &'a Context, existing: Option<(Id, &'a str)>) -> Self {
        Self { app, context, existing, stored: None, found: Found::Nothing }
    }

    async fn answer(&self, once: Outcome<Id, Refusal>, mut form: Form, done: Done) -> Result<Response> {
        match once {
            Outcome::Done(id) => {
                let mut response = answer::see_other(self.context, &format!("/products/{id}"));
                notices::leave(self.app, &mut response, done, id);
                Ok(response)
            }
            Outcome::KeyReused => {
                form.fail("", Message::new("submission-changed"));
                self.show(form, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            Outcome::Refused(Refusal::Missing) => Err(Error::NotFound),
            Outcome::Refused(Refusal::CodeTaken(owner)) => {
                let key = if owner.deleted_at.is_some() { "code-taken-deleted" } else { "code-taken" };
                form.set("code_owner", owner.id.to_string());
                form.fail("code", Message::new(key).with("name", owner.name));
                self.show(form, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            Outcome::Refused(Refusal::Stale(stored)) => {
                let key = if stored.deleted_at.is_some() {
                    "product-deleted-meanwhile"
                } else {
                    "version-conflict"
                };
                form.fail("", Message::new(key));
                form.set("version", stored.version.to_string());
                let saving =
                    Saving { stored: Some(&stored), ..Saving::new(self.app, self.context, self.existing) };
                saving.show(form, StatusCode::CONFLICT).await
            }
        }
    }

    /// The form with a fresh key.
    async fn show(&self, mut form: Form, status: StatusCode) -> Result<Response> {
        form.submission = self.app.signer.issue(self.context.person_id());
        let categories = self.app.products.run(async |connection| category::load(connection).await).await?;
        let editor = Editor {
            form: &form,
            existing: self.existing,
            stored: self.stored,
            found: &self.found,
            categories: &categories,
        };
        let page = || views::form::page(self.context, &editor);
        let fragment = || views::form::fragment(self.context, &editor);
        Ok(answer::form(self.context, status, page, fragment))
    }
}

/// The product of an address.
///
/// # Errors
///
/// [`Error::NotFound`], also when the address holds no key at all.
pub async fn find(app: &App, id: &str) -> Result<Product> {
    let id: Id = id.parse().map_err(|_| Error::NotFound)?;
    app.products.run(async |connection| product::find(id, connection).await).await?.ok_or(Error::NotFound)
}

fn stored_form(product: &Product) -> Form {
    let mut form = Form::default();
    form.set("name", product.name.as_str());
    form.set("code", product.code.as_str());
    form.set("description", product.description.as_str());
    form.set("units", product.units.to_string());
    form.set("category", product.category.as_str());
    form.set("version", product.version.to_string());
    form
}

/// The fields as typed, not checked.
fn typed(fields: &Fields) -> Form {
    let mut form = Form::default();
    form.take(fields, &["name", "code", "description", "units", "category", "version"]);
    form
}

/// Puts messages beside wrong fields, or says what to store. A code that is stored already may stay.
fn check(form: &mut Form, stored_code: &str) -> Option<Draft> {
    form.check_text("name", 120);
    form.check_text("code", 40);
    form.check_lines("description", 2000);
    form.check_text("units", 20);
    form.check_text("category", 60);
    if form.value("code") != crate::text::composed(stored_code)
        && let Some(complaint) = code::complaint(form.value("code"))
    {
        form.fail("code", complaint);
    }
    let units = units(form.value("units"));
    if units.is_none() {
        form.fail("units", Message::new("units-invalid"));
    }
    Some(Draft {
        name: form.value("name").to_owned(),
        code: form.value("code").to_owned(),
        description: form.value("description").to_owned(),
        units: units.filter(|_| form.is_valid())?,
        category: form.value("category").to_owned(),
    })
}

/// A whole number from 0 to 1,000,000,000, in digits alone.
fn units(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|units| digits && *units <= 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_whole_numbers_up_to_a_thousand_million() {
        assert_eq!(units("0"), Some(0));
        assert_eq!(units("1000000000"), Some(1_000_000_000));
        for text in ["", "-1", "+1", "1.5", "1,5", "1e3", "1000000001", "99999999999", "diez", " 1"] {
            assert_eq!(units(text), None, "{text:?}");
        }
    }

    #[test]
    fn senseless_parameters_are_as_if_they_were_not_there() {
        let page = |page: &str| Query::from(Parameters { page: page.into(), ..Parameters::default() }).page;
        assert_eq!(["", "0", "-1", "x", "3"].map(page), [1, 1, 1, 1, 3]);
        assert_eq!(page("99999999999"), 99_999_999_999);
        assert_eq!(page("99999999999999999999999"), u64::MAX);
        let odd = Parameters { sort: "id; DROP".into(), dir: "up".into(), ..Parameters::default() };
        assert_eq!(Query::from(odd), Query::default());
    }
}
