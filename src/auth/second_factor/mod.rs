//! The second factor: time-based codes, and recovery codes in their place.

mod code;
mod enrolment;
pub mod recovery_code;
pub mod requirement;
mod store;

pub use code::{STEP, Secret};
pub use enrolment::enrol;
pub use store::{Proof, Refusal, accept, delete, insert, is_anything_set, is_set};
pub use store::{recovery_codes_left, replace_recovery_codes, reset};
