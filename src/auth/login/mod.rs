//! The pages at `/login`: signing in and out.

mod admission;
mod begin;
pub mod enrolment;
mod form;
mod handlers;
pub mod passkey;
pub mod second_step;
mod ticket_holder;

pub use begin::begin;
pub use form::HOME;
pub use handlers::{create, destroy, new};
