//! A replica as a process: its memory, and how long it takes to start.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bodega::cli::Failure;

use super::http::Connection;
use super::stack::Stack;

const STARTS: usize = 3;

/// A process that ends with this value.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The resident memory of a process in MiB.
pub fn resident(pid: u32) -> Result<f64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u32 = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmRSS")?.trim().parse()?;
    Ok(f64::from(kib) / 1024.0)
}

/// Milliseconds from the start of a further replica until it is ready, a few times.
pub async fn start_times(stack: &Stack) -> Result<Vec<f64>, Failure> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(start_time(stack).await?);
    }
    Ok(times)
}

async fn start_time(stack: &Stack) -> Result<f64, Failure> {
    let (listen, internal) = (stack.spare(1), stack.spare(2));
    let started = Instant::now();
    let child = Command::new(&stack.binary)
        .arg("serve")
        .env("BODEGA_LISTEN", listen.to_string())
        .env("BODEGA_INTERNAL_LISTEN", internal.to_string())
        .env("BODEGA_REPLICA", "bench")
        .stdout(Stdio::null())
        .spawn()?;
    let mut replica = Process(child);
    while !is_ready(internal).await {
        if started.elapsed() > Duration::from_secs(30) || replica.0.try_wait()?.is_some() {
            return Err(format!("a further replica at {listen} did not become ready").into());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}

async fn is_ready(internal: SocketAddr) -> bool {
    let request = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n";
    Connection::new(internal).exchange(request).await.is_ok_and(|answer| answer.status == 200)
}
