//! Clients that mean no good, by the hundred, from addresses of their own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// What each of them does, on one connection after another.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is sent at once,
    pub opening: String,
    /// and again and again after it,
    pub more: String,
    /// with so long in between.
    pub pause: Duration,
}

/// See the module. They go with this value.
pub struct Crowd {
    _tasks: JoinSet<()>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    opened: AtomicUsize,
    answered: AtomicUsize,
}

impl Crowd {
    /// So many from each of the addresses 127.0.0.first and the following.
    pub fn of(each: usize, addresses: std::ops::Range<u8>, port: u16, plans: &[Plan]) -> Self {
        let (mut tasks, counts) = (JoinSet::new(), Arc::<Counts>::default());
        let plans = plans.iter().cycle();
        let clients = addresses.flat_map(|last| std::iter::repeat_n(last, each));
        for (last, plan) in clients.zip(plans) {
            let (counts, plan) = (Arc::clone(&counts), plan.clone());
            tasks.spawn(async move {
                loop {
                    let _ = bother([127, 0, 0, last], port, &plan, &counts).await;
                    sleep(Duration::from_millis(500)).await;
                }
            });
        }
        Self { _tasks: tasks, counts }
    }

    /// Connections that were opened, and on which the opening was sent.
    pub fn opened(&self) -> usize {
        self.counts.opened.load(Relaxed)
    }

    /// Connections that are open and were answered.
    pub fn answered(&self) -> usize {
        self.counts.answered.load(Relaxed)
    }
}

async fn bother(from: [u8; 4], port: u16, plan: &Plan, counts: &Counts) -> std::io::Result<()> {
    let mut stream = connect(from, port).await?;
    stream.write_all(plan.opening.as_bytes()).await?;
    counts.opened.fetch_add(1, Relaxed);
    let mut is_answered = false;
    let mut bytes = [0; 4096];
    let end = loop {
        tokio::select! {
            read = stream.read(&mut bytes) => match read {
                Ok(0) => break Ok(()),
                Ok(_) if !is_answered => {
                    is_answered = true;
                    counts.answered.fetch_add(1, Relaxed);
                }
                Ok(_) => {}
                Err(error) => break Err(error),
            },
            () = sleep(plan.pause) => {
                if let Err(error) = stream.write_all(plan.more.as_bytes()).await {
                    break Err(error);
                }
            }
        }
    };
    if is_answered {
        counts.answered.fetch_sub(1, Relaxed);
    }
    end
}

/// A connection from this address.
pub async fn connect(from: [u8; 4], port: u16) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::from(from), 0).into())?;
    socket.connect(SocketAddr::from(([127, 0, 0, 1], port))).await
}

/// All that is answered to somebody from this address who sends this, until the connection ends.
pub async fn ask(from: [u8; 4], port: u16, request: &str) -> String {
    let mut stream = connect(from, port).await.expect("it listens");
    let mut answer = Vec::new();
    let exchange = async {
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_end(&mut answer).await
    };
    // It may be ended before all was sent, and not gently.
    let _ = timeout(Duration::from_secs(30), exchange).await.expect("an answer within 30 s");
    String::from_utf8_lossy(&answer).into_owned()
}
