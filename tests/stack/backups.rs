//! Backing up and restoring, by the words of README.md.

use std::process::Command;

use crate::person::Expected;
use crate::process::said;
use crate::stack::{add_product, stack};

/// What stands in README.md under a heading for a shell, block by block.
fn commands(heading: &str) -> Vec<&'static str> {
    let readme = include_str!("../../README.md");
    let (_, section) = readme.split_once(&format!("\n{heading}\n")).expect("the heading");
    let section = section.split("\n#").next().unwrap_or_default();
    section.split("```sh\n").skip(1).filter_map(|block| block.split("```").next()).collect()
}

#[tokio::test]
async fn what_was_backed_up_comes_back_and_who_was_signed_in_is_so_still() {
    let stack = stack().await;
    let [back_up, restore] = commands("### Back up and restore")[..2].try_into().expect("two");
    let run = |script: &str| {
        said(Command::new("bash").args(["-euc", script]).current_dir(&stack.folder));
    };
    let mut person = stack.person().await;
    let before = format!("{}-before", person.name);
    let place = add_product(&mut person, &before).await;
    run(back_up);
    let after = format!("{}-after", person.name);
    let later = add_product(&mut person, &after).await;
    run(restore);
    stack.until_well().await;
    person.get(&place, Expected::Page(&before)).await.expect("what was backed up, signed in");
    assert!(person.get(&later, Expected::Page(&after)).await.is_none(), "what came later is gone");
}
