//! The second factor: codes of an application, recovery codes, the second step of signing in.

pub mod code;
pub mod enrolments;
pub mod factors;
pub mod operator;
pub mod proof;
pub mod proven;
pub mod recovery_codes;
pub mod requirement;
pub mod resets;
pub mod second_steps;
pub mod store;
