//! Proving once more who one is, before changing what is one's own.

pub mod proof;
pub mod proven;
