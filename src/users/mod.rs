//! Feature: people and their accounts, in the database `db_usuarios`.

pub mod views;
