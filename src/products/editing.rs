//! The form of a product, new or stored.

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::Deserialize;

use super::draft::{Draft, Input};
use super::handlers::find;
use super::product::{Product, Refusal};
use super::views::form::Editor;
use super::{category, views};
use crate::app::App;
use crate::db::{Connection, Outcome};
use crate::error::Result;
use crate::id::Id;
use crate::web::{
    Complaints, Context, Fields, Form, Notice, Parked, Rejection, SignedIn, Submission, answer, parked,
};

/// The query string of a form's page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Beginning {
    draft: String,
}

/// The form for a new product.
#[handler]
pub async fn new(app: &App, context: Context, beginning: Query<Beginning>) -> Result<Response> {
    let found = parked::find(&app.redis, &app.signer, &beginning.draft, context.person_id()).await;
    let form = found.form(typed).unwrap_or_default();
    Editing { found, ..Editing::new(app, &context, None) }.show(form, StatusCode::OK).await
}

/// Stores a new product.
#[handler]
pub async fn create(
    app: &App,
    context: Context,
    who: SignedIn,
    submission: Submission,
    fields: &Fields,
) -> Result<Response> {
    let (editing, form) = (Editing::new(app, &context, None), typed(fields));
    let draft = match Draft::parse(&input(&form), None) {
        Ok(draft) => draft,
        Err(complaints) => return editing.complain(form, complaints).await,
    };
    let change =
        async move |connection: &mut Connection| draft.insert(submission.key(), &who.0, connection).await;
    editing.answer(submission.once(&app.products, change).await?, form, "notice-product-created").await
}

/// The form for a stored product.
#[handler]
pub async fn edit(
    app: &App,
    context: Context,
    id: Path<String>,
    beginning: Query<Beginning>,
) -> Result<Response> {
    let product = find(app, &id).await?;
    if product.deleted_at.is_some() {
        return Ok(answer::see_other(&context, &format!("/products/{}", product.id)));
    }
    let found = parked::find(&app.redis, &app.signer, &beginning.draft, context.person_id()).await;
    let form = found.form(typed).unwrap_or_else(|| stored(&product));
    Editing { found, ..Editing::new(app, &context, Some(&product)) }.show(form, StatusCode::OK).await
}

/// Stores a new version of a product.
#[handler]
pub async fn update(
    app: &App,
    context: Context,
    who: SignedIn,
    submission: Submission,
    id: Path<String>,
    fields: &Fields,
) -> Result<Response> {
    let product = find(app, &id).await?;
    let (editing, form) = (Editing::new(app, &context, Some(&product)), typed(fields));
    // Version 0, which none is, makes it stale.
    let (id, version) = (product.id, form.value("version").parse().unwrap_or(0));
    let draft = match Draft::parse(&input(&form), Some(&product)) {
        Ok(draft) => draft,
        Err(complaints) => return editing.complain(form, complaints).await,
    };
    let change = async move |connection: &mut Connection| draft.update(id, version, &who.0, connection).await;
    editing.answer(submission.once(&app.products, change).await?, form, "notice-product-updated").await
}

/// The fields as typed.
fn typed(fields: &Fields) -> Form {
    let mut form = Form::default();
    form.take(fields, &["name", "code", "description", "units", "category", "version"]);
    form
}

fn input(form: &Form) -> Input<'_> {
    let [name, code, description, units, category] =
        ["name", "code", "description", "units", "category"].map(|field| form.value(field));
    Input { name, code, description, units, category }
}

/// The form of a product as it is stored.
fn stored(product: &Product) -> Form {
    let mut form = Form::default();
    form.set("name", product.name.as_str());
    form.set("code", product.code.as_str());
    form.set("description", product.description.as_str());
    form.set("units", product.units.to_string());
    form.set("category", product.category.as_str());
    form.set("version", product.version.to_string());
    form
}

/// A form and what is shown with it when it is not saved.
struct Editing<'a> {
    app: &'a App,
    context: &'a Context,
    product: Option<&'a Product>,
    /// The stored version, if somebody else saved first.
    newer: Option<Box<Product>>,
    /// The form parked while its sender signed in.
    found: Parked,
}

impl<'a> Editing<'a> {
    fn new(app: &'a App, context: &'a Context, product: Option<&'a Product>) -> Self {
        Self { app, context, product, newer: None, found: Parked::Nothing }
    }

    async fn complain(self, mut form: Form, complaints: Complaints) -> Result<Response> {
        form.fail_all(complaints);
        self.show(form, StatusCode::UNPROCESSABLE_ENTITY).await
    }

    async fn answer(
        mut self,
        saved: Outcome<Id, Refusal>,
        mut form: Form,
        notice: &'static str,
    ) -> Result<Response> {
        let rejection = match saved {
            Outcome::Done(id) => {
                return Ok(answer::done(self.context, Notice::new(notice, &format!("/products/{id}"))));
            }
            Outcome::Refused(refusal) => {
                match &refusal {
                    Refusal::CodeTaken(owner) => form.set("code_owner", owner.id.to_string()),
                    Refusal::Stale(newer) => {
                        form.set("version", newer.version.to_string());
                        self.newer = Some(newer.clone());
                    }
                    Refusal::Missing => {}
                }
                refusal.into()
            }
            Outcome::KeyReused => Rejection::KeyReused,
        };
        let again = rejection.put(&mut form, "submission-away")?;
        self.show(form, again.status).await
    }

    /// The form with a fresh key.
    async fn show(&self, mut form: Form, status: StatusCode) -> Result<Response> {
        form.submission = self.app.signer.issue(self.context.person_id());
        let categories = self.app.products.run(async |connection| category::load(connection).await).await?;
        let editor = Editor {
            form: &form,
            existing: self.product.map(|product| (product.id, product.name.as_str())),
            stored: self.newer.as_deref(),
            found: &self.found,
            categories: &categories,
        };
        let page = || views::form::page(self.context, &editor);
        let fragment = || views::form::form(self.context, &editor);
        Ok(answer::form(self.context, status, page, fragment))
    }
}
