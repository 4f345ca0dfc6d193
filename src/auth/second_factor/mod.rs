//! The second factor: time-based codes, and recovery codes in their place.

pub mod code;
pub mod enrolment;
pub mod recovery_code;
pub mod requirement;
pub mod store;
