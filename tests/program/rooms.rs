//! The rooms of the code: who may know whom.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{UseName, UseRename, UseTree};

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

/// Modules with more than a room wants to list.
const OPEN: &[&str] = &["products_schema", "users_schema"];

#[test]
fn a_room_is_entered_by_its_door() {
    let mut breaches = Vec::new();
    for (file, names) in files() {
        for (line, name) in names.iter().filter(|(_, name)| name[0] != file[0]) {
            // What follows a type is the type's.
            let is_type = |name: &String| name.starts_with(char::is_uppercase);
            let length = name.iter().position(is_type).map_or(name.len(), |at| at + 1);
            if length > 2 && !OPEN.contains(&&*name[1]) {
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
    let mut found = Vec::new();
    collect(text.parse().expect("Rust"), file, &mut found);
    found.retain(|(_, name)| !name.is_empty());
    found
}

fn collect(tokens: TokenStream, file: &[String], found: &mut Vec<(usize, Vec<String>)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.to_string() == text);
    let begins = |ident: &Ident| ["crate", "super", "self"].iter().any(|name| ident == name);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            // The tests below a file's own code are a module of their own.
            TokenTree::Group(_) if at > 1 && is(at - 2, "mod") && is(at - 1, "tests") => {}
            TokenTree::Group(group) => collect(group.stream(), file, found),
            TokenTree::Ident(root) if begins(root) && is(at + 1, ":") && (at == 0 || !is(at - 1, ":")) => {
                let tree = tree.parse2(tokens[at..].iter().cloned().collect()).expect("a path");
                let paths = branches(&tree).into_iter().map(|path| within_crate(path, file));
                found.extend(paths.map(|path| (root.span().start().line, path)));
            }
            _ => {}
        }
    }
}

/// A path, or a tree of them, and whatever follows it.
fn tree(input: ParseStream) -> syn::Result<UseTree> {
    let tree = input.parse()?;
    input.parse::<TokenStream>()?;
    Ok(tree)
}

/// `a::{b, c::d}` are `a::b` and `a::c::d`.
fn branches(tree: &UseTree) -> Vec<Vec<String>> {
    match tree {
        UseTree::Path(path) => {
            let own = vec![path.ident.to_string()];
            branches(&path.tree).into_iter().map(|below| [own.clone(), below].concat()).collect()
        }
        UseTree::Group(group) => group.items.iter().flat_map(branches).collect(),
        UseTree::Name(UseName { ident }) | UseTree::Rename(UseRename { ident, .. }) if ident != "self" => {
            vec![vec![ident.to_string()]]
        }
        UseTree::Name(_) | UseTree::Rename(_) | UseTree::Glob(_) => vec![Vec::new()],
    }
}

/// The same path from the root of the crate.
fn within_crate(path: Vec<String>, file: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    match path[0].as_str() {
        "crate" => path[1..].to_vec(),
        "self" => [file, &path[1..]].concat(),
        _ => [&file[..file.len() - ups], &path[ups..]].concat(),
    }
}
