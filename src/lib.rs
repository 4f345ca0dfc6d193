//! Bodega: users and products of an organisation, kept by three replicas that can die.

pub mod config;
pub mod db;
pub mod error;
pub mod id;
pub mod products;
pub mod web;
