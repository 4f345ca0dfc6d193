//! HTTP/1.1 over one connection that is kept open. Nothing is sent twice: whoever asks decides what to do after an
//! error.

use std::borrow::Cow;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a person waits for a page.
const PATIENCE: Duration = Duration::from_secs(30);

type Stream = BufReader<TcpStream>;

/// An answer, complete.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
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

    /// Names and values of the cookies that it sets.
    pub fn cookies(&self) -> impl Iterator<Item = &str> {
        self.all("set-cookie").map(|cookie| cookie.split(';').next().unwrap_or_default())
    }

    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// A connection to one address, made when it is needed.
pub struct Connection {
    address: SocketAddr,
    stream: Option<Stream>,
}

impl Connection {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// The next request gets a new connection.
    pub fn close(&mut self) {
        self.stream = None;
    }

    /// Sends a request and waits up to 30 s for the whole answer.
    ///
    /// # Errors
    ///
    /// When there is no complete answer: what became of the request is then unknown.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        // Whatever goes wrong from here on, the connection is not used again.
        let kept = self.stream.take();
        let exchange = async {
            let mut stream = match kept {
                Some(stream) => stream,
                None => connect(self.address).await?,
            };
            stream.write_all(request).await?;
            let answer = read(&mut stream).await?;
            Result::Ok((stream, answer))
        };
        let too_long =
            || Error::new(ErrorKind::TimedOut, format!("no answer within {} s", PATIENCE.as_secs()));
        let (stream, answer) = timeout(PATIENCE, exchange).await.map_err(|_| too_long())??;
        if !answer.header("connection").eq_ignore_ascii_case("close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

async fn connect(address: SocketAddr) -> Result<Stream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(BufReader::with_capacity(16 * 1024, stream))
}

async fn read(stream: &mut Stream) -> Result<Answer> {
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
    let mut answer = Answer { status, headers, body: Vec::new() };
    answer.body = match answer.header("content-length").parse() {
        Ok(length) => exactly(stream, length).await?,
        Err(_) if answer.header("transfer-encoding").eq_ignore_ascii_case("chunked") => {
            chunks(stream).await?
        }
        Err(_) if status == 304 || status == 204 => Vec::new(),
        Err(_) => return Err(odd("an answer without a length")),
    };
    Ok(answer)
}

async fn line(stream: &mut Stream) -> Result<String> {
    let mut line = String::new();
    // A connection that ends in the middle of an answer is not an answer.
    if stream.read_line(&mut line).await? == 0 || !line.ends_with('\n') {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

async fn exactly(stream: &mut Stream, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn chunks(stream: &mut Stream) -> Result<Vec<u8>> {
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

fn odd(what: &str) -> Error {
    Error::other(format!("not HTTP: {what:?}"))
}
