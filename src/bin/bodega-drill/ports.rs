//! Which process a port belongs to, as the kernel says (proc(5), `/proc/net/tcp`).

use std::collections::HashSet;
use std::fs;

const ESTABLISHED: &str = "01";
const LISTEN: &str = "0A";

/// Sockets that listen on a port of this machine, by their inodes.
fn sockets(port: u16, state: &str) -> HashSet<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let lines = tables.iter().flat_map(|table| table.lines().skip(1));
    lines.filter_map(|line| inode(line, port, state)).collect()
}

/// The inode of a line, if it is about this local port in this state.
fn inode(line: &str, port: u16, state: &str) -> Option<String> {
    let mut fields = line.split_whitespace().skip(1);
    let (local, _, is) = (fields.next()?, fields.next()?, fields.next()?);
    let (_, hexadecimal) = local.rsplit_once(':')?;
    let fits = u16::from_str_radix(hexadecimal, 16).ok()? == port && is == state;
    fits.then(|| fields.nth(5)).flatten().map(str::to_owned)
}

/// The inodes of a process's sockets.
fn held_by(pid: u32) -> std::io::Result<HashSet<String>> {
    let mut held = HashSet::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
        // One that was closed meanwhile is none.
        let Ok(target) = fs::read_link(entry?.path()) else { continue };
        let target = target.to_string_lossy().into_owned();
        if let Some(inode) = target.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')) {
            held.insert(inode.to_owned());
        }
    }
    Ok(held)
}

/// Makes sure that a port is listened on by each of these processes, and by nobody else.
///
/// # Errors
///
/// In words, when it is not so or cannot be seen.
pub fn check(port: u16, pids: &[u32]) -> Result<(), String> {
    let mut listening = sockets(port, LISTEN);
    for pid in pids {
        let held = held_by(*pid).map_err(|error| format!("cannot look at process {pid}: {error}"))?;
        let before = listening.len();
        listening.retain(|inode| !held.contains(inode));
        if listening.len() == before {
            return Err(format!("process {pid} does not listen on port {port}"));
        }
    }
    match listening.len() {
        0 => Ok(()),
        _ => Err(format!("somebody else than {pids:?} listens on port {port} too")),
    }
}

/// Connections to a port that a process has open.
pub fn connections(port: u16, pid: u32) -> usize {
    let held = held_by(pid).unwrap_or_default();
    sockets(port, ESTABLISHED).intersection(&held).count()
}

/// The state of a process: `R`, `S`, `T` …
pub fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    stat.rsplit_once(") ")?.1.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_belongs_to_the_process_that_listens_on_it() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(check(port, &[std::process::id()]), Ok(()));
        assert!(check(port, &[]).unwrap_err().contains("somebody else"));
        drop(listener);
        assert!(check(port, &[std::process::id()]).unwrap_err().contains("does not listen"));
    }
}
