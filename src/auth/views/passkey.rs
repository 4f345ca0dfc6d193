//! The form that signs in with a passkey. The script reveals it.

use maud::{Markup, html};

use crate::web::Context;

/// Below the form with the password.
pub fn sign_in(context: &Context, next: &str) -> Markup {
    html! {
        form .door.able method="post" action="/login/passkey" data-passkey="get" {
            input type="hidden" name="next" value=(next);
            (ceremony(context))
            button { (context.language.text("passkey-login")) }
        }
    }
}

/// What the script fills in, and its message if the browser fails.
pub fn ceremony(context: &Context) -> Markup {
    html! {
        input type="hidden" name="challenge";
        input type="hidden" name="credential";
        p.error data-failed=(context.language.text("passkey-given-up")) {}
    }
}
