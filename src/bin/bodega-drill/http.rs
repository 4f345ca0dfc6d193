//! HTTP/1.1 over one connection that is kept open, and never more than is asked for: nothing is sent
//! twice in here.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a person waits for a page.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, complete.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// The first header of this name, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or("")
    }

    /// The values of all headers of this name, which is given in lower case.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A connection to one address, made when it is needed.
pub struct Connection {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// The next request gets a new connection.
    pub fn close(&mut self) {
        self.stream = None;
    }

    /// Sends a request, as text, and waits up to 30 s for the whole answer.
    ///
    /// # Errors
    ///
    /// In words, when there is no complete answer: what became of the request is then unknown.
    pub async fn exchange(&mut self, request: &str) -> Result<Answer, String> {
        // Whatever goes wrong from here on, the connection is not used again.
        let kept = self.stream.take();
        let exchange = async {
            let mut stream = match kept {
                Some(stream) => stream,
                None => BufReader::new(TcpStream::connect(self.address).await?),
            };
            stream.get_ref().set_nodelay(true)?;
            stream.write_all(request.as_bytes()).await?;
            let answer = read(&mut stream).await?;
            std::io::Result::Ok((stream, answer))
        };
        let (stream, answer) = match timeout(PATIENCE, exchange).await {
            Ok(Ok(exchanged)) => exchanged,
            Ok(Err(error)) => return Err(format!("connection broken: {error}")),
            Err(_) => return Err(format!("no answer within {} s", PATIENCE.as_secs())),
        };
        if !answer.header("connection").eq_ignore_ascii_case("close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<Answer> {
    let first = line(stream).await?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| odd(&first))?;
    let mut headers = Vec::new();
    loop {
        let line = line(stream).await?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| odd(&line))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer { status, headers, body: String::new() };
    let body = match answer.header("content-length").parse() {
        Ok(length) => exactly(stream, length).await?,
        Err(_) if answer.header("transfer-encoding").eq_ignore_ascii_case("chunked") => {
            chunks(stream).await?
        }
        Err(_) if status == 304 || status == 204 => Vec::new(),
        Err(_) => return Err(odd("an answer without a length")),
    };
    answer.body = String::from_utf8_lossy(&body).into_owned();
    Ok(answer)
}

async fn line(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut line = String::new();
    // A connection that ends in the middle of an answer is not an answer.
    if stream.read_line(&mut line).await? == 0 || !line.ends_with('\n') {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

async fn exactly(stream: &mut BufReader<TcpStream>, length: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn chunks(stream: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(stream).await?;
        let size = usize::from_str_radix(&size, 16).map_err(|_| odd(&size))?;
        body.extend(exactly(stream, size).await?);
        line(stream).await?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn odd(what: &str) -> std::io::Error {
    std::io::Error::other(format!("not HTTP: {what:?}"))
}
