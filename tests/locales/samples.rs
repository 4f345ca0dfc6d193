//! Every page there is, with data in which each word is marked.

use bodega::auth::passkey::Row as Key;
use bodega::auth::views::login;
use bodega::auth::views::{codes, passkey, second_step, setup};
use bodega::home::views as home;
use bodega::id::Id;
use bodega::people::views::{factor, requirement};
use bodega::people::views::{passkeys, register};
use bodega::products::views::{form, list, show};
use bodega::products::{Category, Filter, Listing, Overview, Page, Product, ProductRow, Query};
use bodega::web::Parked;
use bodega::web::{Context, Fields, Form, Language, Message, Notice, Person, Role, error_page};
use maud::Markup;
use poem::http::StatusCode;
use time::macros::datetime;

/// Is part of every word of the data and of no text of ours.
pub const DATA: char = '¤';

/// The pages in a language, each with a name.
pub fn pages(language: Language) -> Vec<(String, String)> {
    let context = context(language);
    let visitor = Context { person: None, ..context.clone() };
    let mut pages = vec![
        ("welcome".into(), home::welcome(&visitor)),
        ("overview".into(), home::overview(&context, &overview(30))),
        ("empty overview".into(), home::overview(&context, &overview(0))),
        ("closed".into(), register::closed(&visitor)),
    ];
    pages.extend(accounts(&visitor));
    pages.extend(factors(&context, &visitor));
    pages.extend(crate::people::pages(&context, &visitor));
    pages.extend(crate::account::pages(&context, &visitor));
    pages.extend(lists(&context));
    pages.extend(products(&context));
    pages.extend(editors(&context));
    for status in [400, 403, 404, 405, 408, 409, 413, 418, 422, 429, 500, 503] {
        let page = error_page(&context, StatusCode::from_u16(status).unwrap());
        pages.push((format!("error {status}"), page));
    }
    pages.into_iter().map(|(name, page)| (name, page.into_string())).collect()
}

pub fn data(word: &str) -> String {
    format!("{DATA}{word}")
}

fn context(language: Language) -> Context {
    let person = Person {
        id: Id::NIL,
        first_name: data("Ana"),
        last_name: data("López"),
        email: data("ana@ejemplo.com"),
        role: Role::Clerk,
    };
    Context {
        language,
        person: Some(person),
        here: "/".into(),
        request_id: data("id"),
        passkeys: true,
        ..Context::default()
    }
}

fn product() -> Product {
    Product {
        id: Id::NIL,
        name: data("Tuerca"),
        code: data("TU-1"),
        description: data("De acero"),
        units: 0,
        category: data("Ferretería"),
        version: 2,
        created_at: datetime!(2026-01-02 03:04),
        updated_at: datetime!(2026-08-02 03:04),
        updated_by: data("Luis"),
        deleted_at: None,
    }
}

fn rows(count: usize) -> Vec<ProductRow> {
    let Product { id, name, code, units, category, updated_at, .. } = product();
    vec![ProductRow { id, name, code, units, category, updated_at }; count]
}

fn categories() -> Vec<Category> {
    vec![Category { name: data("Ferretería"), products: 30 }]
}

fn overview(products: u64) -> Overview {
    let some = rows(products.min(2) as usize);
    Overview {
        products,
        categories: products / 3,
        out_of_stock: products,
        out_of_stock_rows: some.clone(),
        recent: some,
    }
}

fn form(fields: &[(&'static str, String)], errors: Vec<(&'static str, Message)>) -> Form {
    let mut form = Form::default();
    for (field, value) in fields {
        form.set(field, value.clone());
    }
    for (field, message) in errors {
        form.fail(field, message);
    }
    form
}

fn accounts(visitor: &Context) -> Vec<(String, Markup)> {
    let refused = || form(&[], vec![("", Message::new("login-failed"))]);
    let empty = || form(&[], vec![("email", Message::new("required-field"))]);
    vec![
        ("login".into(), login::page(visitor, &Form::default(), "/")),
        ("login refused".into(), login::page(visitor, &refused(), "/")),
        ("register".into(), register::page(visitor, &Form::default())),
        ("register refused".into(), register::page(visitor, &empty())),
    ]
}

fn factors(context: &Context, visitor: &Context) -> Vec<(String, Markup)> {
    let setup = |action| setup::Setup { key: data("ABCD"), uri: "otpauth://totp/x".into(), action };
    let empty = Form::default();
    let wrong = |field| form(&[], vec![(field, Message::new("factor-code-wrong"))]);
    let own_first = form(&[], vec![("", Message::new("factor-settings-own-first"))]);
    let over = form(&[], vec![("", Message::new("factor-start-over"))]);
    let away = form(&[], vec![("", Message::new("factor-away"))]);
    let password = form(&[], vec![("password", Message::new("factor-password-wrong"))]);
    let state = |is_set, is_required, recovery_codes_left| factor::Shown {
        is_set,
        is_required,
        recovery_codes_left,
        others: Some("key".into()),
        renewal: password.clone(),
        removal: wrong("code"),
    };
    let account = |state| factor::page(context, &state);
    vec![
        ("factor off".into(), account(state(false, false, 0))),
        ("factor asked for".into(), account(state(false, true, 0))),
        ("factor on".into(), account(state(true, false, 8))),
        ("factor on, few codes".into(), account(state(true, true, 1))),
        ("factor on, no codes".into(), account(state(true, true, 0))),
        ("factor setup".into(), setup::page(context, &setup("/account/factor"), &wrong("code"))),
        ("enrolment".into(), setup::page(visitor, &setup("/login/factor/new"), &empty)),
        ("second step".into(), second_step::page(visitor, &empty)),
        ("second step, wrong".into(), second_step::page(visitor, &wrong("recovery_code"))),
        ("second step, away".into(), second_step::page(visitor, &away)),
        ("login again".into(), login::page(visitor, &over, "/")),
        ("recovery codes".into(), codes::page(context, &[data("abcd")], "/")),
        ("required".into(), requirement::page(context, true, &empty)),
        ("not required".into(), requirement::page(context, false, &own_first)),
        ("passkeys".into(), passkeys::page(context, &passkeys(&password))),
        ("no passkeys".into(), passkeys::page(context, &passkeys::Shown::default())),
        ("door".into(), passkey::sign_in(visitor, "/")),
        (
            "login with passkeys".into(),
            login::page(visitor, &form(&[], vec![("", Message::new("passkey-failed"))]), "/"),
        ),
    ]
}

fn passkeys(refused: &Form) -> passkeys::Shown {
    let row = |used| Key::new(data("Portátil"), datetime!(2026-08-02 03:04), used);
    passkeys::Shown {
        passkeys: vec![row(None), row(Some(datetime!(2026-09-02 03:04)))],
        has_factor: true,
        others: Some("key".into()),
        addition: form(&[], vec![("", Message::new("passkey-not-added"))]),
        removal: refused.clone(),
    }
}

fn lists(context: &Context) -> Vec<(String, Markup)> {
    let filters = Filter { q: data("nada"), ..Filter::default() };
    let filtered = Query { filters, page: 2, ..Query::default() };
    let listing = |query: Query, total: u64| {
        let mut listing = Listing::new(&query, total);
        listing.rows = rows(total.min(2) as usize);
        Page { listing, categories: categories() }
    };
    let undo = show::restore_form(context, Id::NIL, "key", "products-undo");
    let notice = Notice::new("notice-product-deleted", "/products").explained(data("Tuerca"), undo);
    let deleted = Context { notice: Some(notice), ..context.clone() };
    vec![
        ("list".into(), list::page(&deleted, &listing(Query::default(), 30))),
        ("narrowed list".into(), list::page(context, &listing(filtered.clone(), 60))),
        ("nothing found".into(), list::page(context, &listing(filtered, 0))),
        ("no products".into(), list::page(context, &listing(Query::default(), 0))),
    ]
}

fn products(context: &Context) -> Vec<(String, Markup)> {
    let deleted = Product { deleted_at: Some(datetime!(2026-08-03 03:04)), ..product() };
    let said = ["notice-product-created", "notice-product-updated", "notice-product-restored"].map(|key| {
        let context = Context { notice: Some(Notice::new(key, "/products/1")), ..context.clone() };
        (key.to_owned(), show::page(&context, &product(), "key"))
    });
    let mut pages = Vec::from(said);
    pages.push(("deleted".into(), show::page(context, &deleted, "key")));
    pages
}

fn editors(context: &Context) -> Vec<(String, Markup)> {
    let (now, categories) = (product(), categories());
    let deleted = Product { deleted_at: Some(datetime!(2026-08-03 03:04)), ..product() };
    let shown = |form: &Form, is_new: bool, stored: Option<&Product>, found: &Parked| {
        let existing = (!is_new).then_some((now.id, now.name.as_str()));
        form::page(context, &form::Editor { form, existing, stored, found, categories: &categories })
    };
    let page = |form: &Form, is_new, stored| shown(form, is_new, stored, &Parked::Nothing);
    let taken = Message::new("code-taken").with("name", data("Tornillo"));
    let taken = form(&[("code_owner", Id::NIL.to_string())], vec![("code", taken)]);
    let problem = |key| form(&[("name", data("Otra"))], vec![("", Message::new(key))]);
    vec![
        ("new".into(), page(&Form::default(), true, None)),
        ("restored".into(), shown(&Form::default(), true, None, &Parked::Typed(Fields::default()))),
        ("lost".into(), shown(&Form::default(), true, None, &Parked::Lost)),
        ("code taken".into(), page(&taken, true, None)),
        ("edit".into(), page(&Form::default(), false, None)),
        ("conflict".into(), page(&problem("version-conflict"), false, Some(&now))),
        ("deleted meanwhile".into(), page(&problem("product-deleted-meanwhile"), false, Some(&deleted))),
    ]
}
