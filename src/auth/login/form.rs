//! The form for e-mail address and password.

use poem::Response;
use poem::http::StatusCode;

use crate::app::App;
use crate::auth::views;
use crate::id::Id;
use crate::web::{Context, Fields, Form, Message, answer};

/// Where people go after signing in, unless they wanted to be elsewhere.
pub const HOME: &str = "/products";

/// The form, with a fresh key.
pub fn show(app: &App, context: &Context, mut form: Form, next: &str, status: StatusCode) -> Response {
    form.submission = app.signer.issue(Id::NIL);
    let page = || views::login::page(context, &form, next);
    let fragment = || views::login::form(context, &form, next);
    answer::form(context, status, page, fragment)
}

/// Back to the first step.
pub fn start_over(app: &App, context: &Context, fields: &Fields) -> Response {
    let mut form = Form::default();
    form.set("email", fields.get("email").trim());
    form.fail("", Message::new("factor-start-over"));
    let next = answer::local_path(fields.get("next"), "");
    show(app, context, form, next, StatusCode::UNPROCESSABLE_ENTITY)
}
