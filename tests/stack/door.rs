//! A HAProxy of a test's own in front of the system's replicas, with other settings.

use std::path::PathBuf;
use std::process::{Child, Stdio};

use crate::crowd::ask;
use crate::stack::{Stack, eventually};
use crate::support::{free_port, unique};

/// See the module. It ends with this value.
pub struct Door {
    pub port: u16,
    log: PathBuf,
    process: Child,
}

impl Door {
    /// With more of HAProxy's arguments, and settings as in `NAME=value`.
    pub async fn open(stack: &Stack, arguments: &[&str], settings: &[&str]) -> Self {
        let (port, log) = (free_port(), stack.folder.join(unique("door")));
        let mut command = stack.command("env");
        command.arg(format!("BODEGA_PORT={port}")).args(settings);
        command.args(["haproxy", "-db", "-f", "haproxy/haproxy.cfg"]).args(arguments);
        let file = std::fs::File::create(&log).expect("a file");
        let process = command.stdin(Stdio::null()).stdout(file).spawn().expect("HAProxy");
        let door = Self { port, log, process };
        eventually("the door is open", async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await;
        door
    }

    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The most memory that it has had so far, in MB.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    /// Head and body of what a page answers to somebody who comes from 127.0.0.`last` with these headers, each with
    /// its line's end, and `before` the request.
    pub async fn get(&self, last: u8, before: &str, headers: &str) -> String {
        let host = format!("localhost:{}", self.port);
        let request =
            format!("{before}GET /login HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
        ask([127, 0, 0, last], self.port, &request).await
    }

    /// Whom its log says an answer went to.
    pub async fn client_of(&self, answer: &str) -> String {
        let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: "));
        let id = id.unwrap_or_else(|| panic!("no id: {answer}"));
        let line = || {
            let log = std::fs::read_to_string(&self.log).expect("a log");
            log.lines().find(|line| line.contains(id)).map(str::to_owned)
        };
        eventually("it is in the log", async || line().is_some()).await;
        let entry: serde_json::Value = serde_json::from_str(&line().expect("found")).expect("JSON");
        entry["client"].as_str().expect("an address").to_owned()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
