//! Bodega: users and products of an organisation, kept by three replicas that can die.

pub mod config;
pub mod db;
pub mod error;
pub mod home;
pub mod id;
pub mod products;
pub mod users;
pub mod web;
