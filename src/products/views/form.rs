//! Creating and editing a product.

use maud::{Markup, html};

use super::show::back;
use crate::id::Id;
use crate::products::category::Category;
use crate::products::product::Product;
use crate::web::{Context, Field, Form, FormView, Message, Parked, TimeFormat, page};

/// What the form shows.
pub struct Editor<'a> {
    /// The values and, for an existing product, the hidden `version`.
    pub form: &'a Form,
    /// The product and its stored name, unless it is new.
    pub existing: Option<(Id, &'a str)>,
    /// The stored version, if somebody else saved first.
    pub stored: Option<&'a Product>,
    /// The form parked while its sender signed in.
    pub found: &'a Parked,
    /// Suggestions for the category.
    pub categories: &'a [Category],
}

impl Editor<'_> {
    fn action(&self) -> String {
        match self.existing {
            Some((id, _)) => format!("/products/{id}"),
            None => "/products".into(),
        }
    }

    fn title(&self, context: &Context) -> String {
        match self.existing {
            Some((_, name)) => {
                context.language.text_with("products-edit-title", &[("name", name.to_owned().into())])
            }
            None => context.language.text("products-new-title"),
        }
    }

    fn submit(&self, context: &Context) -> String {
        let overwrites = self.stored.is_some_and(|stored| stored.deleted_at.is_none());
        context.language.text(match self.existing {
            _ if overwrites => "products-overwrite-submit",
            Some(_) => "products-save-submit",
            None => "products-create-submit",
        })
    }
}

/// The page with the form.
pub fn page(context: &Context, editor: &Editor) -> Markup {
    let content = html! { (editor.found.notice(context, "fields-restored")) (form(context, editor)) };
    page::wider(context, back(context), &editor.title(context), content)
}

/// The form alone. After a conflict each field that differs shows its stored value, and saving again overwrites.
pub fn form(context: &Context, editor: &Editor) -> Markup {
    let view = FormView::new(context.language, editor.form, "product")
        .guarded()
        .explained(conflict(context, editor));
    let action = editor.action();
    let content = html! {
        @if editor.existing.is_some() { (view.hidden("version")) }
        (controls(context, editor, &view))
        div.actions {
            button.primary { (editor.submit(context)) }
            a.button href=(action) data-discard { (context.language.text("products-cancel")) }
        }
    };
    view.render(&action, content)
}

fn controls(context: &Context, editor: &Editor, view: &FormView) -> Markup {
    let stored = |name, value: Option<String>| stored_value(context, editor.form.value(name), value);
    let now = editor.stored;
    let field = |name, label, value: Option<String>| {
        let field = view.field(name, label);
        field.after("stored", stored(name, value))
    };
    html! {
        (field("name", "products-name", now.map(|p| p.name.clone())).max(120))
        (code(context, editor, field("code", "products-code", now.map(|p| p.code.clone()))))
        (field("units", "products-units", now.map(|p| p.units.to_string())).numeric().hint("products-units-hint"))
        (field("category", "products-category", now.map(|p| p.category.clone())).max(60)
            .hint("products-category-hint").list("categories"))
        datalist #categories { @for category in editor.categories { option value=(category.name) {} } }
        (field("description", "products-description", now.map(|p| p.description.clone())).rows(6).limit(2000))
    }
}

/// Links a taken code to the product that has it.
fn code<'a>(context: &Context, editor: &Editor, field: Field<'a>) -> Field<'a> {
    let owner = Some(editor.form.value("code_owner")).filter(|owner| !owner.is_empty());
    let link = owner.map(|owner| {
        html! { a href={ "/products/" (owner) } target="_blank" { (context.language.text("products-code-owner")) } }
    });
    field.exact().max(40).hint("products-code-hint").after("owner", link)
}

/// The stored value, if it differs.
fn stored_value(context: &Context, typed: &str, stored: Option<String>) -> Option<Markup> {
    let stored = stored.filter(|stored| stored != typed)?;
    Some(html! { span { (context.language.text("products-stored-now")) } " " q { (stored) } })
}

/// What to do after a conflict.
fn conflict(context: &Context, editor: &Editor) -> Markup {
    let text = |key| context.language.text(key);
    let Some(stored) = editor.stored else { return html! {} };
    let address = format!("/products/{}", stored.id);
    if stored.deleted_at.is_some() {
        return html! { p { a href=(address) target="_blank" { (text("products-see-deleted")) } } };
    }
    let by = Message::new("products-stored-by").with("person", stored.updated_by.clone());
    html! {
        p { (text("products-conflict")) }
        p { (TimeFormat::new(context.language).sentence(by, stored.updated_at)) }
        p { a href=(address) data-discard { (text("products-stored-see")) } }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn stored() -> Product {
        Product {
            id: Id::NIL,
            name: "Tuerca".into(),
            code: "TU-1".into(),
            description: "De acero".into(),
            units: 12,
            category: "Fijación".into(),
            version: 8,
            created_at: datetime!(2026-01-02 03:04),
            updated_at: datetime!(2026-01-02 03:04),
            updated_by: "Luis".into(),
            deleted_at: None,
        }
    }

    fn shown(stored: &Product, key: &'static str) -> String {
        let mut form = Form::default();
        for (field, value) in
            [("name", "Tuerca"), ("code", "TU-1"), ("description", "De acero"), ("units", "7")]
        {
            form.set(field, value);
        }
        form.set("category", "Fijación");
        form.set("version", "8");
        form.fail("", Message::new(key));
        let editor = Editor {
            form: &form,
            existing: Some((stored.id, "Tuerca")),
            stored: Some(stored),
            found: &Parked::Nothing,
            categories: &[],
        };
        super::form(&Context::default(), &editor).into_string()
    }

    #[test]
    fn after_a_conflict_what_is_stored_stands_beside_what_differs_and_nowhere_else() {
        let form = shown(&stored(), "version-conflict");
        assert!(form.contains("id=\"product-units-stored\"") && form.contains("<q>12</q>"), "{form}");
        assert_eq!(form.matches("-stored\"><").count(), 1, "{form}");
        assert!(form.contains("name=\"version\" value=\"8\""), "{form}");
    }

    #[test]
    fn where_the_product_was_deleted_the_way_to_restore_it_is_shown() {
        let deleted = Product { deleted_at: Some(datetime!(2026-02-03 04:05)), ..stored() };
        let form = shown(&deleted, "product-deleted-meanwhile");
        assert!(form.contains(&format!("href=\"/products/{}\" target", Id::NIL)), "{form}");
    }
}
