//! What the documents say of the tests and of themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap());
    let mut found = vec![];
    for entry in entries {
        let name = entry.file_name().into_string().unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&format!("{folder}/{name}"), extension)),
            false if name.ends_with(extension) => found.push(entry.path()),
            false => {}
        }
    }
    found
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// The names of all tests, which a line `#[test]` or `#[tokio::test…]` precedes.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in ["tests", "src"].iter().flat_map(|folder| files(folder, ".rs")) {
        let mut is_test = false;
        for line in read(path).lines().map(str::trim) {
            let name =
                line.trim_start_matches("async ").strip_prefix("fn ").and_then(|rest| rest.split('(').next());
            match name {
                Some(name) if is_test => {
                    names.insert(name.to_owned());
                    is_test = false;
                }
                _ => {
                    is_test = is_test && line.starts_with("#[")
                        || line.starts_with("#[test]")
                        || line.starts_with("#[tokio::test")
                }
            }
        }
    }
    names
}

/// What stands between backticks and has so many underscores: a test's name is a sentence.
fn named(text: &str, underscores: usize) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    quoted.filter(move |name| name.matches('_').count() >= underscores && name.chars().all(is_name))
}

#[test]
fn every_test_that_a_document_names_exists() {
    let tests = tests();
    let documents =
        files("docs", ".md").into_iter().chain([root().join("README.md"), root().join("README.es.md")]);
    let texts: Vec<String> = documents.map(read).collect();
    let security = read(root().join("docs/SECURITY.md"));
    let shown_by =
        rows(&security, "## ASVS 5.0.0, levels 1 and 2").into_iter().filter_map(|row| row.last().copied());
    let names: BTreeSet<&str> = texts
        .iter()
        .flat_map(|text| named(text, 4))
        .chain(shown_by.flat_map(|cell| named(cell, 1)))
        .collect();
    assert!(names.len() > 100, "{names:?}");
    let missing: Vec<_> = names.into_iter().filter(|name| !tests.contains(*name)).collect();
    assert!(missing.is_empty(), "no such test: {missing:#?}");
}

/// The cells of each line of the tables below a heading, up to the next one of the same kind.
fn rows<'a>(text: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let (_, below) = text.split_once(heading).unwrap_or_else(|| panic!("no {heading}"));
    let level = heading.split(' ').next().unwrap().to_owned() + " ";
    let section = below.lines().skip(1).take_while(|line| !line.starts_with(&level));
    let lines = section.filter(|line| line.starts_with("| "));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_totals_of_the_requirements_are_those_of_their_rows() {
    let text = read(root().join("docs/SECURITY.md"));
    let requirements = rows(&text, "## ASVS 5.0.0, levels 1 and 2");
    let mut counted: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    let chapter = |number: &str| number.split('.').next().map(|chapter| format!("V{chapter}")).unwrap();
    let is_number =
        |text: &&str| text.split('.').count() == 3 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    for row in requirements.iter().filter(|row| is_number(&row[0])) {
        let state = ["met", "partly", "**not met yet**"].iter().position(|state| *state == row[3]);
        let state = state.unwrap_or_else(|| panic!("{}: {}", row[0], row[3]));
        counted.entry(chapter(row[0])).or_default()[state] += 1;
    }
    let (_, apart) = text.split_once("### What does not apply").unwrap();
    for line in
        apart.lines().take_while(|line| !line.starts_with("### ")).filter(|line| line.starts_with("* "))
    {
        let numbers = line.trim_start_matches("* ").split(':').next().unwrap();
        for number in numbers.split(", ") {
            counted.entry(chapter(number)).or_default()[3] += 1;
        }
    }
    let mut all = [0; 4];
    for row in rows(&text, "### Totals").into_iter().filter(|row| row[0] != "chapter") {
        let stated: Vec<usize> =
            row[1..].iter().map(|cell| cell.trim_matches('*').parse().unwrap()).collect();
        let counts = match row[0] {
            "**all**" => all,
            chapter => counted.remove(chapter).unwrap_or_default(),
        };
        assert_eq!(stated[..4], counts, "{}: met, partly, not met yet, does not apply", row[0]);
        assert_eq!(stated[4], counts.iter().sum::<usize>(), "{}: in all", row[0]);
        all = std::array::from_fn(|state| all[state] + counts[state]);
    }
    assert!(counted.is_empty(), "no totals: {counted:?}");
}

#[test]
fn the_policy_of_the_load_balancers_pages_lets_their_style_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("haproxy");
    let configuration = fs::read_to_string(folder.join("haproxy.cfg")).unwrap();
    for page in fs::read_dir(folder.join("errors")).unwrap() {
        let path = page.unwrap().path();
        let page = fs::read_to_string(&path).unwrap();
        let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
        let hash = BASE64.encode(Sha256::digest(style));
        assert!(configuration.contains(&format!("'sha256-{hash}'")), "{}: sha256-{hash}", path.display());
    }
}
