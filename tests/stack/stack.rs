//! The system that all tests of this folder share, one after another.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::history::Outcome;
use crate::http::{Answer, Connection};
use crate::person::{Expected, Front, Person};
use crate::process::said;
use crate::support::{self, PASSWORD, unique};

static STACK: Mutex<Option<Stack>> = Mutex::const_new(None);
static SECURE_STACK: Mutex<Option<Stack>> = Mutex::const_new(None);

/// `var/passwords` of an older release. The database is made with the first of them.
pub const OLDER_PASSWORDS: &str = "users=9ab1c6d1e0f24b7f8a21\nproducts=5be77d1209fc4e0b93c4\n\
    root=d81f3a60c75e4298ab0d\ncontrol=72e94c0d1f8b4a5688ee\n";

/// A copy of what `bin/up` needs, and what it started there.
pub struct Stack {
    pub folder: PathBuf,
    port: u16,
    /// Of HTTPS, to which the other one then leads.
    tls_port: Option<u16>,
    base: u16,
}

/// The system, in good health, for this test alone. `bin/test` ends it.
pub async fn stack() -> MappedMutexGuard<'static, Stack> {
    of(&STACK, false).await
}

/// Another one, with a certificate.
pub async fn secure_stack() -> MappedMutexGuard<'static, Stack> {
    of(&SECURE_STACK, true).await
}

async fn of(place: &'static Mutex<Option<Stack>>, is_secure: bool) -> MappedMutexGuard<'static, Stack> {
    let mut guard = place.lock().await;
    if guard.is_none() {
        *guard = Some(Stack::start(is_secure));
    }
    let stack = MutexGuard::map(guard, |stack| stack.as_mut().expect("started just now"));
    stack.until_well().await;
    stack
}

impl Stack {
    fn start(is_secure: bool) -> Self {
        let folder = support::folder().join(unique("stack"));
        std::fs::create_dir(&folder).expect("a folder");
        let root = env!("CARGO_MANIFEST_DIR");
        let parts = ["bin", "ops", "haproxy"].map(|part| format!("{root}/{part}"));
        // Where it was built may be a place that the account of the programs cannot enter.
        said(Command::new("cp").arg("-r").args(parts).arg(env!("CARGO_BIN_EXE_bodega")).arg(&folder));
        // As a release left it that had other names, or fewer.
        std::fs::create_dir(folder.join("var")).expect("a folder");
        std::fs::write(folder.join("var/passwords"), OLDER_PASSWORDS).expect("a file");
        let tls_port = is_secure.then(low_port);
        let stack = Self { folder, port: support::free_port(), tls_port, base: free_ports() };
        stack.up();
        stack
    }

    /// `bin/up`.
    pub fn up(&self) {
        let mut up = Command::new(self.folder.join("bin/up"));
        up.arg("--detach").env("BODEGA_BINARY", self.folder.join("bodega"));
        up.env("BODEGA_PORT", self.port.to_string()).env("BODEGA_BASE_PORT", self.base.to_string());
        if let Some(port) = self.tls_port {
            up.arg("--tls").env("BODEGA_TLS_PORT", port.to_string());
        }
        said(&mut up);
        // There bin/test finds what it has to end; all programs end with their supervisor.
        std::fs::copy(self.folder.join("var/supervisord.pid"), self.folder.join("pid")).expect("a pid");
    }

    /// `bin/down`.
    pub fn down(&self) {
        said(&mut Command::new(self.folder.join("bin/down")));
    }

    /// `bin/ctl`.
    pub fn control(&self, arguments: &[&str]) -> String {
        said(Command::new(self.folder.join("bin/ctl")).args(arguments))
    }

    /// A command with the settings of this system in its environment, as `bin/drill` has them.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg("set -a; . ./var/stack.env; exec \"$0\" \"$@\"").arg(program);
        command.current_dir(&self.folder);
        command
    }

    /// A value of `var/stack.env`.
    pub fn setting(&self, name: &str) -> String {
        said(self.command("printenv").arg(name)).trim().to_owned()
    }

    /// The certificate that the system shows, where it has one.
    pub fn certificate(&self) -> Option<PathBuf> {
        self.tls_port.map(|_| self.folder.join("var/tls/site.pem"))
    }

    pub fn log(&self, program: &str) -> String {
        std::fs::read_to_string(self.folder.join(format!("var/log/{program}.log"))).expect("a log")
    }

    /// All logs, each with its file's name.
    pub fn logs(&self) -> Vec<(String, String)> {
        let files = std::fs::read_dir(self.folder.join("var/log")).expect("a folder");
        let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
        let programs: Vec<_> =
            names.filter_map(|name| name.strip_suffix(".log").map(str::to_owned)).collect();
        assert!(programs.len() >= 8, "{programs:?}");
        programs.into_iter().map(|program| (program.clone(), self.log(&program))).collect()
    }

    pub fn front(&self) -> Front {
        Front {
            address: ([127, 0, 0, 1], self.port).into(),
            origin: format!("http://localhost:{}", self.port),
        }
    }

    /// Somebody who has registered and is signed in.
    pub async fn person(&self) -> Person {
        let name = unique("stack");
        let mut person = Person::new(name.clone(), format!("{name}@example.com"), self.front());
        let page = person.get("/register", Expected::Open("/register")).await.expect("the form");
        let email = person.email.clone();
        let fields = [
            ("first_name", "Inés"),
            ("last_name", "Prueba"),
            ("email", email.as_str()),
            ("password", PASSWORD),
        ];
        person.send(&page, "/register", &fields, "/products").await.expect("registered");
        person
    }

    /// What the address answers to somebody unknown.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_from(self.port, path, "").await.expect("an answer")
    }

    /// The answer of a replica itself to somebody who knows HAProxy's secret: `web` counts from 1.
    pub async fn get_page(&self, web: u16, path: &str) -> Result<Answer, String> {
        let front = format!("X-Bodega-Front: {}\r\n", self.setting("BODEGA_FRONT_SECRET"));
        self.get_past_haproxy(web, path, &front).await
    }

    /// The same with any headers.
    pub async fn get_past_haproxy(&self, web: u16, path: &str, headers: &str) -> Result<Answer, String> {
        self.get_from(self.base + 10 + web, path, headers).await
    }

    /// The answer of a replica's internal port.
    pub async fn get_internal(&self, web: u16, path: &str) -> Result<Answer, String> {
        self.get_from(self.base + 20 + web, path, "").await
    }

    async fn get_from(&self, port: u16, path: &str, headers: &str) -> Result<Answer, String> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nX-Request-Id: forged\r\n{headers}Connection: close\r\n\r\n"
        );
        Connection::new(([127, 0, 0, 1], port).into())
            .exchange(request.as_bytes())
            .await
            .map_err(|error| error.to_string())
    }

    /// Waits until all replicas are ready and the address answers.
    pub async fn until_well(&self) {
        eventually("the system is well", async || {
            for web in 1..=3 {
                if !self.get_internal(web, "/health/ready").await.is_ok_and(|answer| answer.status == 200) {
                    return false;
                }
            }
            let answer = self.get_from(self.port, "/login", "").await;
            let expected = if self.tls_port.is_some() { 308 } else { 200 };
            answer.is_ok_and(|answer| answer.status == expected)
        })
        .await;
    }
}

/// A product of this code, by its form; its page's address.
pub async fn add_product(person: &mut Person, code: &str) -> String {
    let page = person.get("/products/new", Expected::Page("product-form")).await.expect("the form");
    let fields =
        [("name", "Tornillo"), ("code", code), ("units", "7"), ("category", "Pruebas"), ("description", "x")];
    person.send(&page, "/products", &fields, "/products/").await.expect("saved")
}

/// Asks again and again until it is so; fails the test after two minutes.
pub async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..1200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never happened: {what}");
}

/// Every request of a person was answered as it should be.
pub fn assert_undisturbed(person: &Person) {
    let troubles: Vec<_> = person.history.iter().filter(|event| event.outcome != Outcome::Ok).collect();
    assert!(troubles.is_empty(), "{troubles:#?}");
}

/// One that only root may open, where root asks.
fn low_port() -> u16 {
    let is_free = |port: &u16| std::net::TcpListener::bind(("0.0.0.0", *port)).is_ok();
    (600..1024).rev().find(is_free).unwrap_or_else(support::free_port)
}

/// The first of a row of ports that nobody has.
fn free_ports() -> u16 {
    loop {
        let base = support::free_port();
        let mut needed = (0..=2).chain(11..=13).chain(21..=23);
        if needed.all(|offset| std::net::TcpListener::bind(("127.0.0.1", base + offset)).is_ok()) {
            return base;
        }
    }
}
