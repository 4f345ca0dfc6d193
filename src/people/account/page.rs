//! The account's page, with its forms.

use poem::Response;
use poem::http::StatusCode;

use super::{Owner, sign_ins};
use crate::accounts::Account;
use crate::app::App;
use crate::auth::takes_code;
use crate::error::Result;
use crate::people::views::account::{self as views, Shown};
use crate::web::{Context, Form, Notice, Parked, Rejection, answer};

/// A form of the page.
#[derive(Clone, Copy)]
pub enum Part {
    Profile,
    Email,
    Password,
}

/// The forms of the page; all but the one that was sent are as stored.
#[derive(Default)]
pub struct Forms {
    pub profile: Option<Form>,
    pub email: Option<Form>,
    pub password: Option<Form>,
    /// What was typed before signing in.
    pub found: Parked,
}

impl Forms {
    fn of(part: Part, form: Form) -> Self {
        match part {
            Part::Profile => Self { profile: Some(form), ..Self::default() },
            Part::Email => Self { email: Some(form), ..Self::default() },
            Part::Password => Self { password: Some(form), ..Self::default() },
        }
    }
}

/// The whole page.
///
/// # Errors
///
/// When the database is away.
pub async fn show(
    app: &App,
    context: &Context,
    owner: &Owner,
    forms: Forms,
    status: StatusCode,
) -> Result<Response> {
    let account = owner.account(app).await?;
    let sign_ins = sign_ins::load(app, owner).await?;
    let key = || app.signer.issue(owner.person.id);
    let keyed = |mut form: Form| {
        form.submission = key();
        form
    };
    let shown = Shown {
        profile: keyed(forms.profile.unwrap_or_else(|| stored_profile(&account))),
        email: keyed(forms.email.unwrap_or_default()),
        password: keyed(forms.password.unwrap_or_default()),
        has_factor: takes_code(app, owner.person.id).await?,
        account: &account,
        sign_ins: &sign_ins,
        end_others: key(),
        found: &forms.found,
    };
    Ok(answer::html(status, views::page(context, &shown)))
}

fn stored_profile(account: &Account) -> Form {
    let mut form = Form::default();
    form.set("first_name", account.first_name.as_str());
    form.set("last_name", account.last_name.as_str());
    form.set("language", account.language.as_str());
    form
}

/// Shows a rejected form again, alone or in the page. `away` is as in [`Rejection::put`].
///
/// # Errors
///
/// What is not shown in the form, and when the database is away.
pub async fn again(
    app: &App,
    context: &Context,
    owner: &Owner,
    (part, mut form): (Part, Form),
    rejection: Rejection,
    away: &'static str,
) -> Result<Response> {
    let again = rejection.put(&mut form, away)?;
    if !context.partial {
        let page = show(app, context, owner, Forms::of(part, form), again.status).await?;
        return Ok(again.mark(page));
    }
    form.submission = app.signer.issue(owner.person.id);
    let has_factor = takes_code(app, owner.person.id).await?;
    let form = match part {
        Part::Profile => views::profile(context, &form),
        Part::Email => views::email(context, &form, has_factor),
        Part::Password => views::password(context, &form, has_factor),
    };
    Ok(again.mark(answer::html(again.status, form)))
}

/// Redirects to the page, which says what was done; `notice` is the key of a text.
pub fn done(context: &Context, notice: &'static str) -> Response {
    answer::done(context, Notice::new(notice, "/account"))
}
