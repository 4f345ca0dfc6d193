//! Mail: what it says, and its way out, which outlives the request that caused it.

pub mod adoption;
pub mod delivery;
pub mod letters;
pub mod outbox;
mod smtp;

pub use outbox::Mail;
pub use smtp::Postman;

use crate::app::{App, Parts};

/// Adds what this room keeps.
pub fn keep(parts: Parts) -> Parts {
    let postman = Postman::new(&parts.config);
    parts.with(postman)
}

/// What hands mail over; none where no mail server is configured.
pub fn postman(app: &App) -> Option<&Postman> {
    app.kept::<Option<Postman>>().as_ref()
}
