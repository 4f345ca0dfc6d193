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
    ("mail", &["accounts", "app", "audit", "config", "db", "id", "jobs", "text", "web"]),
    ("auth", &["accounts", "app", "audit", "config", "db", "error", "id", "mail", "redis", "text", "web"]),
    (
        "people",
        &["accounts", "app", "audit", "auth", "config", "db", "error", "id", "jobs", "mail", "text", "web"],
    ),
    // The other features.
    ("products", &["app", "db", "error", "id", "text", "web"]),
    ("home", &["app", "error", "products", "web"]),
    // What puts them together.
    ("layers", &["app", "auth", "error", "id", "text", "web"]),
    (
        "routes",
        &["app", "audit", "auth", "error", "home", "id", "jobs", "layers", "people", "products", "web"],
    ),
    ("health", &["app"]),
    ("upkeep", &["app", "audit", "auth", "jobs", "mail", "people"]),
    ("cli", &["*"]),
];

/// A file of a room, by the path of its module, with what it names: the line, and the path within the crate.
type Files = BTreeMap<Vec<String>, Vec<(usize, Vec<String>)>>;

#[test]
fn rooms_know_only_those_that_the_table_allows() {
    let table: BTreeMap<_, BTreeSet<_>> =
        MAY_KNOW.iter().map(|(room, known)| (*room, known.iter().copied().collect())).collect();
    let mut breaches = Vec::new();
    for (file, names) in files() {
        let known = table.get(&*file[0]).unwrap_or_else(|| panic!("{} is in no table", file[0]));
        for (line, name) in names {
            if name[0] != file[0] && !known.contains("*") && !known.contains(&*name[0]) {
                breaches.push(format!("src/{}.rs:{line} names {}", file.join("/"), name.join("::")));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn the_table_of_rooms_has_no_circle() {
    let mut earlier = BTreeSet::new();
    for (room, known) in MAY_KNOW {
        for known in known.iter().filter(|known| **known != "*") {
            assert!(earlier.contains(known), "{room} stands above {known}");
        }
        earlier.insert(room);
    }
}

#[test]
fn the_files_of_a_room_know_each_other_one_way() {
    let files = files();
    // A room and its parts know each other: `mod.rs` says what there is.
    let is_part = |a: &[String], b: &[String]| b.starts_with(a) || a.starts_with(b);
    let mut edges: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for (file, names) in &files {
        let within = names.iter().filter(|(_, name)| name[0] == file[0]);
        let targets = within
            .filter_map(|(_, name)| (1..=name.len()).rev().find_map(|n| files.get_key_value(&name[..n])));
        edges.insert(file, targets.map(|(to, _)| &to[..]).filter(|to| !is_part(file, to)).collect());
    }
    // What knows nobody that is left goes, until nothing is left but circles.
    while let Some(free) = edges.iter().find_map(|(file, to)| to.is_empty().then_some(*file)) {
        edges.remove(free);
        edges.values_mut().for_each(|to| {
            to.remove(free);
        });
    }
    let circles: Vec<_> = edges.iter().map(|(file, to)| format!("{} → {to:?}", file.join("/"))).collect();
    assert!(circles.is_empty(), "in a circle, or above one:\n{}", circles.join("\n"));
}

fn files() -> Files {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Files::new();
    read(&source, &mut Vec::new(), &mut files);
    assert!(files.len() > 100, "{}", files.len());
    files
}

fn read(folder: &Path, module: &mut Vec<String>, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() && name != "bin" {
            module.push(name);
            read(&path, module, files);
            module.pop();
        } else if let Some(stem) =
            name.strip_suffix(".rs").filter(|stem| !module.is_empty() || !["lib", "main"].contains(stem))
        {
            let mut file = module.clone();
            file.extend((stem != "mod").then(|| stem.to_owned()));
            let names = named(&std::fs::read_to_string(&path).unwrap(), &file);
            files.insert(file, names);
        }
    }
}

/// Paths that begin in the crate, in `use` or elsewhere, each branch of a tree by itself.
fn named(text: &str, file: &[String]) -> Vec<(usize, Vec<String>)> {
    // The tests below a file's own code are a module of their own.
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let mut found = Vec::new();
    for (begin, up) in [("crate::", file.len()), ("super::super::", 2), ("super::", 1), ("self::", 0)] {
        for (at, _) in code.match_indices(begin) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let line = code[..at].lines().count().max(1);
            let base = &file[..file.len() - up];
            let mut rest = &code[at + begin.len()..];
            for branch in branches(&mut rest) {
                found.push((line, [base, &branch].concat()));
            }
        }
    }
    found.retain(|(_, name)| !name.is_empty());
    found
}

/// Reads one tree of names off the text: `a::{b, c::d}` are `a::b` and `a::c::d`.
fn branches(rest: &mut &str) -> Vec<Vec<String>> {
    *rest = rest.trim_start();
    if let Some(inner) = rest.strip_prefix('{') {
        *rest = inner;
        let mut all = Vec::new();
        while !rest.trim_start().starts_with('}') && !rest.is_empty() {
            all.append(&mut branches(rest));
            *rest = rest.trim_start().trim_start_matches(',').trim_start();
        }
        *rest = rest.trim_start().trim_start_matches('}');
        return all;
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    *rest = after;
    if let Some(alias) = rest.strip_prefix(" as ") {
        *rest = &alias[alias.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(alias.len())..];
    }
    let Some(below) = rest.strip_prefix("::").filter(|_| !name.is_empty()) else {
        if name.is_empty() {
            *rest = rest.get(1..).unwrap_or("");
        }
        return vec![if name.is_empty() || name == "self" { Vec::new() } else { vec![name.to_owned()] }];
    };
    *rest = below;
    let own = name.to_owned();
    branches(rest).into_iter().map(|branch| [vec![own.clone()], branch].concat()).collect()
}
