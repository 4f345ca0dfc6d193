//! Bodega: users and products of an organisation, kept by three replicas that can die.
//!
//! A request comes through the layers (`layers`) and the table of `routes` to a handler of a feature
//! (`users`, `products`, `home`), which asks a database (`db`) and shows a page (`web`, the features'
//! `views`). Work that outlives a request is a job (`jobs`). `app` holds what they share, `serve` starts and drains it. See `docs/ARCHITECTURE.md`.

pub mod accounts;
pub mod app;
pub mod audit;
pub mod auth;
pub mod cli;
pub mod config;
pub mod db;
pub mod error;
pub mod health;
pub mod home;
pub mod id;
pub mod jobs;
pub mod layers;
pub mod mail;
pub mod people;
pub mod products;
pub mod redis;
pub mod routes;
pub mod text;
pub mod upkeep;
pub mod web;
