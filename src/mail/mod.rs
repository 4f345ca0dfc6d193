//! Mail: what it says, and its delivery, which outlives the request that caused it.

mod adoption;
mod delivery;
pub mod letters;
mod outbox;
mod smtp;

pub use adoption::Adoption;
pub use delivery::Delivery;
pub use outbox::Mail;
pub use smtp::Postman;

use crate::app::{App, Parts};

/// Adds what this room keeps between requests.
pub fn keep(parts: Parts) -> Parts {
    let postman = Postman::new(&parts.config);
    parts.with(postman)
}

/// The SMTP client; `None` where no mail server is configured.
pub fn postman(app: &App) -> Option<&Postman> {
    app.kept::<Option<Postman>>().as_ref()
}
