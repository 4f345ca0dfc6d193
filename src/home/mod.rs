//! The first page: what this is, or what needs attention.

pub mod views;
