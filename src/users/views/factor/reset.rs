//! Resetting somebody's second factor.

use maud::{Markup, html};

use crate::id::Id;
use crate::web::Context;
use crate::web::field::submission as hidden_submission;

/// The form for the page of a person who has one.
pub fn form(context: &Context, id: Id, submission: &str) -> Markup {
    let action = format!("/users/{id}/factor/reset");
    html! {
        form method="post" action=(action) hx-post=(action) hx-sync="this:drop" {
            (hidden_submission(submission))
            button.danger { (context.language.text("factor-reset")) }
        }
    }
}
