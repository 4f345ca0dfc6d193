//! One's own account, and a forgotten password.

use crate::samples::data;
use bodega::accounts::Account;
use bodega::auth::views;
use bodega::id::Id;
use bodega::people::account::sign_ins::Listed;
use bodega::people::views::account::{self, Shown};
use bodega::web::{Context, Form, Language, Message, Notice, Parked, Role};
use maud::Markup;
use time::macros::datetime;

/// The pages, each with a name.
pub fn pages(context: &Context, visitor: &Context) -> Vec<(String, Markup)> {
    let refused = |key| {
        let mut form = Form::default();
        form.fail("password", Message::new(key));
        form
    };
    vec![
        ("account".into(), own(context, Form::default(), "notice-profile-saved")),
        ("address asked".into(), own(context, refused("password-wrong"), "notice-email-asked")),
        ("confirm address".into(), account::confirm_email(visitor, "token", &data("x@y.es"), "key")),
        ("link gone".into(), account::link_gone(visitor, "account-link-gone")),
        ("forgotten".into(), views::reset::forgotten(visitor, &refused("password-same"))),
        ("without mail".into(), views::reset::without_mail(visitor)),
        ("sent".into(), views::reset::sent(visitor)),
        ("new password".into(), views::reset::new_password(visitor, "token", &refused("password-same"))),
        ("password set".into(), views::reset::set(visitor)),
        ("reset gone".into(), views::reset::gone(visitor)),
    ]
}

fn own(context: &Context, email: Form, notice: &'static str) -> Markup {
    let context = &Context { notice: Some(Notice::new(notice, "/account")), ..context.clone() };
    let (name, address) = ((data("Ana"), data("López")), data("ana@ejemplo.com"));
    let stored =
        Account::new(Id::NIL, (&name.0, &name.1), &address, String::new(), Role::Clerk, Language::Spanish);
    let shown = Shown {
        account: &stored,
        has_factor: true,
        profile: Form::default(),
        email,
        password: Form::default(),
        sign_ins: &[sign_in(true), sign_in(false)],
        end_others: "key".into(),
        found: &Parked::Lost,
    };
    account::page(context, &shown)
}

fn sign_in(is_this: bool) -> Listed {
    Listed {
        handle: Id::NIL,
        address: data("192.0.2.1"),
        agent: data(""),
        created_at: datetime!(2026-01-02 03:04),
        last_seen_at: datetime!(2026-01-03 03:04),
        is_this,
        key: "key".into(),
    }
}
