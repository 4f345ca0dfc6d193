//! A wire between a replica and a back end that can be slow, cut, or deaf on one side.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

/// What happens to bytes on their way in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    #[default]
    Pass,
    /// They wait until the flow passes again: a frozen peer.
    Hold,
    /// They vanish: a half-open connection.
    Drop,
}

#[derive(Clone, Default)]
struct Rules {
    requests: Flow,
    answers: Flow,
    delay: Duration,
    /// Connections are reset as soon as they come.
    refuses: bool,
    /// Counts resets; a connection older than the last one is cut.
    resets: u64,
    cut: Option<Cut>,
}

/// Where a connection is cut, once.
#[derive(Clone, Copy)]
struct Cut {
    /// What the request contains.
    text: &'static [u8],
    /// So many of such requests are answered first.
    skip: usize,
    /// So many bytes of the answer pass.
    after: usize,
}

/// A listening proxy. Runs as long as its runtime.
pub struct Proxy {
    address: SocketAddr,
    rules: Arc<watch::Sender<Rules>>,
}

impl Proxy {
    /// In front of `host:port`.
    pub async fn before(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let rules = Arc::new(watch::Sender::new(Rules::default()));
        tokio::spawn(accept(listener, target.to_owned(), Arc::clone(&rules)));
        Self { address, rules }
    }

    /// `host:port` of this end.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// What happens to what the replica sends.
    pub fn requests(&self, flow: Flow) {
        self.rules.send_modify(|rules| rules.requests = flow);
    }

    /// What happens to what the back end sends.
    pub fn answers(&self, flow: Flow) {
        self.rules.send_modify(|rules| rules.answers = flow);
    }

    /// Everything takes so much longer, in each direction.
    pub fn delay(&self, delay: Duration) {
        self.rules.send_modify(|rules| rules.delay = delay);
    }

    /// Resets all connections; new ones are fine.
    pub fn reset(&self) {
        self.rules.send_modify(|rules| rules.resets += 1);
    }

    /// Resets all connections, and new ones too.
    pub fn refuse(&self) {
        self.rules.send_modify(|rules| {
            rules.refuses = true;
            rules.resets += 1;
        });
    }

    /// As at the beginning; connections that stand go on.
    pub fn heal(&self) {
        self.rules.send_modify(|rules| *rules = Rules { resets: rules.resets, ..Rules::default() });
    }

    /// Lets the next request that contains `text` reach the back end, and cuts the connection after so
    /// many bytes of its answer.
    pub fn cut_answer_to(&self, text: &'static [u8], after: usize) {
        self.rules.send_modify(|rules| rules.cut = Some(Cut { text, skip: 0, after }));
    }

    /// Lets so many requests be answered, and loses the answer to the next one.
    pub fn cut_answer_after(&self, requests: usize) {
        self.rules.send_modify(|rules| rules.cut = Some(Cut { text: b"", skip: requests, after: 0 }));
    }

    /// Whether an answer has been cut since it was asked for.
    pub fn has_cut(&self) -> bool {
        self.rules.borrow().cut.is_none()
    }
}

async fn accept(listener: TcpListener, target: String, rules: Arc<watch::Sender<Rules>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (target, rules) = (target.clone(), Arc::clone(&rules));
        tokio::spawn(async move {
            let _ = client.set_zero_linger();
            let (refuses, resets) = {
                let rules = rules.borrow();
                (rules.refuses, rules.resets)
            };
            if refuses {
                return;
            }
            let Ok(server) = TcpStream::connect(target).await else { return };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            wire(client, server, rules, resets).await;
        });
    }
}

/// Until one side closes, or a rule cuts.
async fn wire(client: TcpStream, server: TcpStream, rules: Arc<watch::Sender<Rules>>, resets: u64) {
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let mut changes = rules.subscribe();
    let (armed, cut) = watch::channel(None);
    tokio::select! {
        () = requests(from_client, to_server, &rules, armed) => {}
        () = answers(from_server, to_client, &rules, cut) => {}
        _ = changes.wait_for(|rules| rules.resets > resets) => {}
    }
}

async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    rules: &watch::Sender<Rules>,
    armed: watch::Sender<Option<usize>>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        let chunk = &bytes[..length];
        if let Some(after) = reached(rules, chunk) {
            armed.send_replace(Some(after));
        }
        if pass(rules, |rules| rules.requests).await && to.write_all(chunk).await.is_err() {
            return;
        }
    }
}

/// Whether the answer to this request is to be cut, and after how many bytes.
fn reached(rules: &watch::Sender<Rules>, request: &[u8]) -> Option<usize> {
    let cut = rules.borrow().cut?;
    let contains = cut.text.is_empty() || request.windows(cut.text.len()).any(|window| window == cut.text);
    if contains && cut.skip > 0 {
        rules.send_modify(|rules| rules.cut = Some(Cut { skip: cut.skip - 1, ..cut }));
    }
    (contains && cut.skip == 0).then_some(cut.after)
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    rules: &watch::Sender<Rules>,
    cut: watch::Receiver<Option<usize>>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        let cut = *cut.borrow();
        if let Some(after) = cut {
            rules.send_modify(|rules| rules.cut = None);
            let _ = to.write_all(&bytes[..after.min(length)]).await;
            return;
        }
        if pass(rules, |rules| rules.answers).await && to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

/// Waits as the rules say; whether the bytes go on.
async fn pass(rules: &watch::Sender<Rules>, flow: fn(&Rules) -> Flow) -> bool {
    let delay = rules.borrow().delay;
    sleep(delay).await;
    let mut changes = rules.subscribe();
    let open = changes.wait_for(|rules| flow(rules) != Flow::Hold).await;
    open.is_ok_and(|rules| flow(&rules) == Flow::Pass)
}
