//! A small HTTP/1.1 client that keeps its connection.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How a signed-in browser asks.
#[derive(Clone, Debug)]
pub struct Visit {
    pub host: String,
    pub cookies: String,
    /// What HAProxy tells the replicas, for those that are asked past it.
    pub front_secret: String,
}

/// What matters of an answer.
pub struct Answer {
    pub status: u16,
    /// Of the body, as sent.
    pub bytes: usize,
    pub cookies: Vec<String>,
}

impl Visit {
    /// A request for a page.
    pub fn get(&self, path: &str) -> Vec<u8> {
        format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nAccept-Language: es\r\n\
             Accept-Encoding: gzip, deflate, br\r\nCookie: {}\r\nX-Bodega-Front: {}\r\n\r\n",
            self.host, self.cookies, self.front_secret
        )
        .into_bytes()
    }

    /// A form as a browser sends it from the site's own page.
    pub fn post(&self, path: &str, form: &str) -> Vec<u8> {
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.host,
            form.len()
        )
        .into_bytes()
    }
}

/// One request on a connection of its own.
pub async fn exchange(address: SocketAddr, request: &[u8]) -> Result<Answer> {
    Connection::open(address).await?.exchange(request).await
}

pub struct Connection {
    stream: TcpStream,
    /// What was received, and how much of it belongs to answers already given.
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and waits for the whole answer. After an error the connection is of no more use.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read().await?;
        };
        let (mut answer, length) = head(&self.buffer[..end])?;
        while self.buffer.len() < end + length {
            self.read().await?;
        }
        answer.bytes = length;
        Ok(answer)
    }

    async fn read(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// The head of an answer, and the length of the body that follows.
fn head(bytes: &[u8]) -> Result<(Answer, usize)> {
    let wrong = || Error::new(ErrorKind::InvalidData, "not an answer that this client reads");
    let text = std::str::from_utf8(bytes).map_err(|_| wrong())?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let (mut length, mut cookies) = (None, Vec::new());
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        match () {
            () if name.eq_ignore_ascii_case("content-length") => length = value.parse().ok(),
            () if name.eq_ignore_ascii_case("set-cookie") => {
                cookies.push(value.split(';').next().unwrap_or_default().to_owned());
            }
            () => {}
        }
    }
    let answer = Answer { status: status.ok_or_else(wrong)?, bytes: 0, cookies };
    Ok((answer, length.ok_or_else(wrong)?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_answer_is_read_by_its_length() {
        let bytes = b"HTTP/1.1 303 See Other\r\nContent-Length: 12\r\nset-cookie: a=b; Path=/\r\n\r\n";
        let (answer, length) = super::head(bytes).unwrap();
        assert_eq!((answer.status, length, answer.cookies), (303, 12, vec!["a=b".to_owned()]));
        assert!(super::head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}
