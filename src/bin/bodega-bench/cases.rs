//! The lists that must be fast: every order, late pages, searches with few and with very many hits.

use std::time::Duration;

use super::load::{self, Sample};
use super::stack::Stack;
use super::visit::Visit;

/// Name and query of each list. `bodega seed` puts one word into two products and one into half of all.
fn lists() -> Vec<(String, String)> {
    let mut lists = Vec::new();
    for sort in ["name", "code", "units", "category", "updated"] {
        for (dir, name) in [("asc", "up"), ("desc", "down")] {
            lists.push((format!("by {sort}, {name}"), format!("sort={sort}&dir={dir}")));
        }
    }
    for (name, query) in [
        ("page 2,000", "page=2000"),
        ("page 4,000", "page=4000"),
        ("search with 2 hits", "q=aniversario"),
        ("search with half of all", "q=pasillo"),
    ] {
        lists.push((name.into(), query.into()));
    }
    lists
}

/// Each list for one round through HAProxy, without and with a category filter.
pub async fn measure(stack: &Stack, visit: &Visit) -> Vec<(String, Sample)> {
    let mut samples = Vec::new();
    for (filter, suffix) in [("", ""), ("&category=Pintura", ", one category")] {
        for (name, query) in lists() {
            let request = visit.get(&format!("/products?{query}{filter}"));
            // Once before, so that a first count of many hits is not among what follows.
            let _ = load::http(stack.front(), &request, 3, Duration::from_millis(100)).await;
            let time = Duration::from_secs(stack.seconds);
            let sample = load::http(stack.front(), &request, stack.connections, time).await;
            samples.push((format!("{name}{suffix}"), sample));
        }
    }
    samples
}
