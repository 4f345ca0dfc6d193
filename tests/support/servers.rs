//! The servers that `bin/test` has started for all tests, and servers of a test's own, to be killed.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand::Rng;

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set. Run bin/test (or bin/test NAME), which starts the servers that tests need")
    })
}

/// Of the account `bodega` on every MySQL, and of every Redis, where one of a test's own takes any.
pub fn password() -> String {
    variable("BODEGA_TEST_PASSWORD")
}

/// `host:port` of a MariaDB or MySQL that knows the account `bodega`.
pub fn shared_mysql() -> String {
    variable("BODEGA_TEST_MYSQL")
}

/// `host:port` of a Redis that was started and is limited as in production. Nobody empties it.
pub fn shared_redis() -> String {
    variable("BODEGA_TEST_REDIS")
}

/// A folder for what tests write; `bin/test` removes it, after ending each `*/pid` in it.
pub fn folder() -> PathBuf {
    variable("BODEGA_TEST_FOLDER").into()
}

/// A server process of a test's own, which ends with the test.
pub struct Server {
    program: Program,
    port: u16,
    folder: PathBuf,
    process: Option<Child>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Mysql,
    Redis,
}

impl Server {
    /// An empty Redis that keeps what it acknowledged, as in production.
    pub fn redis() -> Self {
        Self::new(Program::Redis)
    }

    /// An empty MariaDB or MySQL with its own default settings.
    pub fn mysql() -> Self {
        Self::new(Program::Mysql)
    }

    fn new(program: Program) -> Self {
        let name = super::unique(if program == Program::Mysql { "mysql" } else { "redis" });
        let folder = folder().join(name);
        let mut server = Self { program, port: 0, folder, process: None };
        match program {
            Program::Mysql => copy(&server.folder.with_file_name("mysql-template"), &server.folder),
            Program::Redis => std::fs::create_dir(&server.folder).expect("a folder"),
        }
        // Somebody else may take a port between the look and the start.
        for _ in 0..5 {
            server.port = free_port();
            server.spawn();
            if server.is_up() {
                return server;
            }
            server.kill();
        }
        panic!("no server; see the log in {}", server.folder.display());
    }

    /// `host:port`; stays the same over a restart.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts again what was killed, and waits until it answers.
    pub fn start(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        self.spawn();
        assert!(self.is_up(), "no server; see the log in {}", self.folder.display());
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// SIGSTOP: the ports stay open, and nobody answers.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// SIGCONT.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.as_ref().expect("it runs").id();
        let status = Command::new("sh").args(["-c", &format!("kill -{signal} {id}")]).status();
        assert!(status.is_ok_and(|status| status.success()), "kill -{signal}");
    }

    fn spawn(&mut self) {
        let mut command = match self.program {
            Program::Mysql => mysql(&self.folder),
            Program::Redis => redis(&self.folder),
        };
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("log"));
        let log = log.expect("a log");
        command.args(["--port", &self.port.to_string()]);
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        let process = command.spawn().expect("a server");
        // bin/test ends what a killed test leaves behind.
        std::fs::write(self.folder.join("pid"), process.id().to_string()).expect("a file");
        self.process = Some(process);
    }

    fn is_up(&mut self) -> bool {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            if TcpStream::connect(self.address()).is_ok() {
                return true;
            }
            if self.process.as_mut().is_some_and(|process| !matches!(process.try_wait(), Ok(None))) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn mysql(folder: &Path) -> Command {
    let mut command = Command::new(variable("BODEGA_TEST_MYSQLD"));
    command.arg("--no-defaults").args([
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--loose-mysqlx=0",
    ]);
    command.arg(format!("--datadir={}", folder.display()));
    // MariaDB empties this folder when it starts, also of what other servers have there.
    let temporary = folder.with_extension("tmp");
    let _ = std::fs::create_dir_all(&temporary);
    command.arg(format!("--tmpdir={}", temporary.display()));
    command.arg(format!("--socket={}", folder.join("socket").display()));
    command.arg(format!("--init-file={}", folder.with_file_name("mysql.sql").display()));
    command.args(["--innodb-buffer-pool-size=64M", "--loose-innodb-log-file-size=16M", "--user=root"]);
    command
}

fn redis(folder: &Path) -> Command {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--appendonly", "yes", "--save", ""]);
    command.args(["--dir", &folder.display().to_string()]);
    command
}

/// A port that nobody listens at, below those that outgoing connections get.
pub fn free_port() -> u16 {
    loop {
        let port = rand::rng().random_range(20_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-r").args([from, to]).status();
    assert!(status.is_ok_and(|status| status.success()), "cp {}", from.display());
}
