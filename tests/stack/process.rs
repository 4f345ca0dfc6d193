//! Programs that a test runs.

use std::process::{Command, Stdio};

/// Runs a command to its end; what it said on both outputs. Fails the test when it fails.
pub fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("a program");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    text
}
