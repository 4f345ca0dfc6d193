//! The rooms of the code: who may know whom.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Each room, and the rooms that its files may name. Files beside the rooms are rooms by themselves.
const MAY_KNOW: &[(&str, &[&str])] = &[
    // What everybody may know.
    ("id", &[]),
    ("text", &[]),
    ("error", &[]),
    // Layers.
    ("redis", &["error"]),
    ("db", &["error", "id"]),
    ("web", &["db", "error", "id", "redis", "text"]),
    ("config", &["web"]),
    ("app", &["config", "db", "error", "redis", "web"]),
    ("jobs", &["app", "db", "error", "id", "web"]),
    // Features about people, each of which knows those before it.
    ("accounts", &["db", "id", "text", "web"]),
    ("audit", &["accounts", "app", "db", "error", "id", "web"]),
    ("mail", &["accounts", "app", "audit", "config", "db", "id", "jobs", "web"]),
    ("auth", &["accounts", "app", "audit", "config", "db", "error", "id", "mail", "redis", "text", "web"]),
    ("people", &["accounts", "app", "audit", "auth", "config", "db", "error", "id", "jobs", "mail", "text", "web"]),
    // The other features.
    ("products", &["app", "db", "error", "id", "text", "web"]),
    ("home", &["app", "error", "products", "web"]),
    // What puts them together.
    ("layers", &["app", "auth", "error", "id", "web"]),
    ("routes", &["app", "audit", "auth", "error", "home", "id", "jobs", "layers", "people", "products", "web"]),
    ("health", &["app"]),
    ("upkeep", &["app", "audit", "auth", "jobs", "mail", "people"]),
    ("cli", &["*"]),
];
