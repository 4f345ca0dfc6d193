//! What was just done, said once on the next page.

use maud::{Markup, html};

use crate::id::Id;
use crate::web::{Context, hidden_submission};

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    Created,
    Updated,
    Restored,
    /// Offers to undo it; `submission` is the key of that form.
    Deleted {
        id: Id,
        name: String,
        submission: String,
    },
}

/// The notice as a line above the page's content.
pub fn notice(context: &Context, notice: &Notice) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        div.notice role="status" {
            @match notice {
                Notice::Created => p { (text("products-created-notice")) },
                Notice::Updated => p { (text("products-updated-notice")) },
                Notice::Restored => p { (text("products-restored-notice")) },
                Notice::Deleted { id, name, submission } => (deleted(context, *id, name, submission)),
            }
        }
    }
}

fn deleted(context: &Context, id: Id, name: &str, submission: &str) -> Markup {
    html! {
        p { (context.language.text_with("products-deleted-notice", &[("name", name.to_owned().into())])) }
        (restore_form(context, id, submission, "products-undo"))
    }
}

/// The form that brings a deleted product back; `label` is the key of its button's text.
pub fn restore_form(context: &Context, id: Id, submission: &str, label: &'static str) -> Markup {
    let action = format!("/products/{id}/restore");
    html! {
        form method="post" action=(action) hx-post=(action) hx-sync="this:drop" {
            (hidden_submission(submission))
            button { (context.language.text(label)) }
        }
    }
}
