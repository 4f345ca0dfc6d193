//! Which accounts of the machine run the programs, read what they write, and get into the back ends.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::process::said;
use crate::stack::{OLDER_PASSWORDS, Stack, secure_stack, stack};

const PROGRAMS: [&str; 7] = ["mysql", "redis", "web1", "web2", "web3", "haproxy1", "haproxy2"];

fn id(arguments: &[&str]) -> u32 {
    said(Command::new("id").args(arguments)).trim().parse().expect("a number")
}

/// Whose the programs are to be: never root's.
fn account() -> u32 {
    if id(&["-u"]) == 0 { id(&["-u", "bodega"]) } else { id(&["-u"]) }
}

fn password(stack: &Stack, name: &str) -> String {
    let passwords = fs::read_to_string(stack.folder.join("var/passwords")).expect("a file");
    let password = passwords.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
    password.unwrap_or_else(|| panic!("no {name}")).to_owned()
}

/// The database's own client.
fn mysql(arguments: &[&str], password: &str, statement: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$(command -v mariadb || command -v mysql)\" --no-defaults \"$@\"", "sh"]);
    command.args(arguments).args(["--connect-timeout=5", "-N", "-e", statement]);
    command.env("MYSQL_PWD", password).stdin(Stdio::null()).output().expect("a client")
}

/// As root of the database, by its socket.
fn by_socket(stack: &Stack, statement: &str) -> Output {
    let socket = stack.folder.join("var/mysql/mysql.sock").display().to_string();
    mysql(&["-uroot", "-S", &socket], &password(stack, "mysql_root_password"), statement)
}

fn as_root(stack: &Stack, statement: &str) -> String {
    let output = by_socket(stack, statement);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

fn assert_no_root_by_tcp(stack: &Stack) {
    let port = stack.setting("BODEGA_MYSQL_PORT");
    let name = fs::read_to_string("/proc/sys/kernel/hostname").expect("a name");
    for host in ["127.0.0.1", "localhost", "::1", name.trim()] {
        for account in ["-uroot", "-u"] {
            let output = mysql(&["--protocol=tcp", "-h", host, "-P", &port, account], "", "SELECT 1");
            assert!(!output.status.success(), "{account} at {host}: {output:?}");
        }
    }
    assert_eq!(as_root(stack, "SELECT Host FROM mysql.user WHERE User IN ('', 'root')").trim(), "localhost");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { [vec![path.clone()], files(&path)].concat() } else { vec![path] })
        .collect()
}

#[tokio::test]
async fn no_program_runs_as_root() {
    for stack in [&*stack().await, &*secure_stack().await] {
        for program in PROGRAMS {
            let pid = stack.control(&["pid", program]);
            let status = fs::read_to_string(format!("/proc/{}/status", pid.trim())).expect("a process");
            let ids = status.lines().find_map(|line| line.strip_prefix("Uid:")).expect("its account");
            for id in ids.split_whitespace() {
                assert_eq!(id, account().to_string(), "{program}: {ids}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_else_reads_what_the_programs_write() {
    for stack in [&*stack().await, &*secure_stack().await] {
        assert_private(stack);
    }
}

fn assert_private(stack: &Stack) {
    let var = stack.folder.join("var");
    for name in ["passwords", "stack.env", "owner.env", "mysql.sql"] {
        let mode = fs::metadata(var.join(name)).expect("a file").mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
    let shared = ["log", "tls"].map(|name| var.join(name));
    for path in files(&var) {
        let file = fs::symlink_metadata(&path).expect("a file");
        // Anybody may write into a socket, who can get to it.
        let is_open = file.mode() & 0o007 != 0 && !file.file_type().is_socket();
        let is_within =
            ["log", "tls", "mysql", "redis", "tmp"].iter().any(|name| path.starts_with(var.join(name)));
        assert!(!(is_open && is_within), "{}: {:o}", path.display(), file.mode());
        // In a folder of its own an account could put a link where root writes.
        if shared.contains(&path) {
            assert_eq!(file.uid(), id(&["-u"]), "{}", path.display());
            assert_eq!(file.mode() & 0o020, 0, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn root_of_the_database_is_root_by_its_socket_and_password_alone_and_reads_no_files() {
    let stack = stack().await;
    assert_no_root_by_tcp(&stack);
    let said =
        as_root(&stack, "SELECT @@local_infile, LOAD_FILE('/etc/passwd') IS NULL, @@max_prepared_stmt_count");
    assert_eq!(said.split_whitespace().collect::<Vec<_>>(), ["0", "1", "100000"]);
    let file = stack.folder.join("var/mysql/written");
    let statement = format!("SELECT 1 INTO OUTFILE '{}'", file.display());
    assert!(!by_socket(&stack, &statement).status.success());
    assert!(!file.exists());
}

#[tokio::test]
async fn an_older_installation_is_shut_at_its_next_start() {
    let stack = stack().await;
    for account in ["root@'127.0.0.1'", "root@'the-name-of-then.example'", "''@'localhost'"] {
        as_root(&stack, &format!("CREATE USER {account}; GRANT ALL ON *.* TO {account} WITH GRANT OPTION"));
    }
    let port = stack.setting("BODEGA_MYSQL_PORT");
    assert!(mysql(&["-h127.0.0.1", "-P", &port, "-uroot"], "", "SELECT 1").status.success());
    stack.down();
    let folders = ["log", "redis", "mysql", "tmp"].map(|name| stack.folder.join("var").join(name));
    said(Command::new("chown").args(["-R", &id(&["-u"]).to_string()]).args(&folders));
    said(Command::new("chmod").args(["-R", "a+rX"]).args(&folders));
    stack.up();
    stack.until_well().await;
    assert_no_root_by_tcp(&stack);
    assert_private(&stack);
}

/// Its accounts of the database were made with them, and what people use may know their names.
#[tokio::test]
async fn an_older_releases_passwords_go_on_under_both_names() {
    let stack = stack().await;
    for (older, name) in
        [("users", "users_password"), ("root", "mysql_root_password"), ("control", "control_password")]
    {
        assert_eq!(password(&stack, name), password(&stack, older));
        assert!(OLDER_PASSWORDS.contains(&format!("{older}={}\n", password(&stack, name))));
    }
    assert!(stack.setting("BODEGA_USERS_DATABASE_URL").contains(&password(&stack, "users")));
    assert_eq!(stack.setting("BODEGA_SECRET"), password(&stack, "installation_secret"));
}

#[tokio::test]
async fn redis_answers_nobody_without_the_password_which_no_command_line_shows() {
    let stack = stack().await;
    let redis = |password: &str, arguments: &[&str]| {
        let port = stack.setting("BODEGA_REDIS_PORT");
        let mut command = Command::new("redis-cli");
        command.args(["-p", &port]).args(arguments).env("REDISCLI_AUTH", password);
        said(&mut command)
    };
    let password = password(&stack, "redis_password");
    let said = redis("", &["PING"]);
    assert!(said.contains("NOAUTH"), "{said}");
    assert_eq!(redis(&password, &["PING"]).trim(), "PONG");
    for refused in [
        &["CONFIG", "GET", "dir"][..],
        &["SET", "another", "x"],
        &["REPLICAOF", "127.0.0.1", "1"],
        &["KEYS", "*"],
    ] {
        let said = redis(&password, refused);
        assert!(said.contains("NOPERM"), "{refused:?}: {said}");
    }
    for process in fs::read_dir("/proc").expect("processes") {
        let command = fs::read(process.expect("a process").path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&command).contains(&password), "{command:?}");
    }
}
