//! Programs that a test runs.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::support::{self, Shop, unique};

/// Runs a command to its end; what it said on both outputs. Fails the test when it fails.
pub fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("a program");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

/// `bodega migrate` for an installation; what it said.
pub fn migrate(shop: &Shop) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bodega"));
    command.arg("migrate").env("BODEGA_USERS_DATABASE_URL", shop.users_url.as_str());
    said(command.env("BODEGA_PRODUCTS_DATABASE_URL", shop.products_url.as_str()))
}

/// `bodega serve` on ports of its own, with what it says in a file.
pub struct Served {
    pub process: Child,
    log: PathBuf,
    pub pages: u16,
    pub internal: u16,
}

impl Served {
    /// Starts a replica of an installation; `changes` replaces settings, with `None` leaves one away.
    pub fn start(shop: &Shop, changes: &[(&str, Option<&str>)]) -> Self {
        let (pages, internal) = (support::free_port(), support::free_port());
        let log = support::folder().join(unique("serve"));
        let file = File::create(&log).expect("a log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_bodega"));
        command.arg("serve").env_clear();
        command.env("BODEGA_LISTEN", format!("127.0.0.1:{pages}"));
        command.env("BODEGA_INTERNAL_LISTEN", format!("127.0.0.1:{internal}"));
        command.env("BODEGA_USERS_DATABASE_URL", shop.users_url.as_str());
        command.env("BODEGA_PRODUCTS_DATABASE_URL", shop.products_url.as_str());
        command.env("BODEGA_REDIS_URL", shop.redis_url.as_str());
        for (name, value) in changes {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::null()).stdout(file.try_clone().expect("a log")).stderr(file);
        Self { process: command.spawn().expect("a program"), log, pages, internal }
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        let mut text = String::new();
        File::open(&self.log).and_then(|mut file| file.read_to_string(&mut text)).expect("a log");
        text
    }

    /// Waits for its end, which must be a failure; what it said.
    pub fn refused(&mut self) -> String {
        assert!(!self.process.wait().expect("a process").success(), "it ended well: {}", self.said());
        self.said()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
