//! Who may is said by the route table, so nothing else may lead to a handler.

use std::fs;
use std::path::{Path, PathBuf};

/// Where addresses lead to handlers: the table, and the port of operators, which shows nothing of anybody's.
const WITH_ROUTES: [&str; 2] = ["src/routes.rs", "src/health.rs"];

#[test]
fn handlers_are_reached_by_the_route_table_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for path in sources(&root.join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        if text.contains("Route::new") || text.contains("RouteMethod") {
            found.push(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
    found.sort_by_key(|path| !path.ends_with("routes.rs"));
    assert_eq!(found, WITH_ROUTES);
}

/// The files of the server; programs of `bin` are others.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) =
        entries.filter(|path| !path.ends_with("src/bin")).partition(|path| path.is_dir());
    let own = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    own.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}
