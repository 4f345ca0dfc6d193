//! A `bodega` process.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout};

use crate::support::{Shop, free_port};

/// `bodega` with these arguments, in an environment that says nothing but this.
pub fn bodega(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bodega"));
    command.args(arguments).env_clear().envs(environment.iter().copied()).stdin(Stdio::null());
    command
}

/// Everything that `serve` must be told.
pub fn environment(shop: &Shop) -> Vec<(&'static str, String)> {
    vec![
        ("BODEGA_USERS_DATABASE_URL", shop.users_url.to_string()),
        ("BODEGA_PRODUCTS_DATABASE_URL", shop.products_url.to_string()),
        ("BODEGA_REDIS_URL", shop.redis_url.to_string()),
        ("BODEGA_LISTEN", format!("127.0.0.1:{}", free_port())),
        ("BODEGA_INTERNAL_LISTEN", format!("127.0.0.1:{}", free_port())),
    ]
}

/// Runs to its end.
pub fn run(arguments: &[&str], environment: &[(&str, String)]) -> Output {
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    bodega(arguments, &environment).output().expect("bodega")
}

/// A replica as a process; killed at the end of the test.
pub struct Serving {
    pub child: Child,
    pub listen: String,
    pub internal: String,
    environment: Vec<(&'static str, String)>,
    log: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    pub fn new(environment: Vec<(&'static str, String)>) -> Self {
        let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut command = tokio::process::Command::from(bodega(&["serve"], &pairs));
        let mut child = command.kill_on_drop(true).stdout(Stdio::piped()).spawn().expect("bodega");
        let log = BufReader::new(child.stdout.take().expect("piped")).lines();
        let value = |name| environment.iter().find(|(other, _)| *other == name).expect("set").1.clone();
        Self {
            child,
            listen: value("BODEGA_LISTEN"),
            internal: value("BODEGA_INTERNAL_LISTEN"),
            environment,
            log,
        }
    }

    /// Reads the log up to the line that says so, and gives all of it.
    pub async fn log_until(&mut self, text: &str) -> Vec<String> {
        let mut lines = vec![];
        while let Some(line) = self.log.next_line().await.expect("a log") {
            lines.push(line);
            if lines.last().is_some_and(|line| line.contains(text)) {
                return lines;
            }
        }
        panic!("the log ends without {text}: {lines:#?}");
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().expect("it runs");
        let status = Command::new("sh").args(["-c", &format!("kill -{signal} {id}")]).status();
        assert!(status.is_ok_and(|status| status.success()));
    }

    /// Whether `bodega healthcheck` finds it ready.
    pub fn is_healthy(&self) -> bool {
        run(&["healthcheck"], &self.environment).status.success()
    }

    pub async fn exit_code(&mut self) -> Option<i32> {
        let limit = Duration::from_secs(30);
        tokio::time::timeout(limit, self.child.wait()).await.expect("it ends").expect("a status").code()
    }
}

/// What a port answers to a plain GET, all of it.
pub async fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    ask(&mut stream, path).await
}

pub async fn ask(stream: &mut TcpStream, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}
