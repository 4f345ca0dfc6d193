//! A mail server of a test's own, which can also refuse, or accept connections and say nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How it treats mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// Answers every recipient with this, e.g. `550 no such box`.
    Refuses(&'static str),
    /// Takes connections, and never says a word.
    Hangs,
    /// Takes mail, and does not say so before it is in another mood.
    Hesitates,
}

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub id: String,
    /// The body, decoded.
    pub text: String,
}

impl Letter {
    /// The path of the link in it.
    #[track_caller]
    pub fn link(&self) -> String {
        let line = self.text.lines().find_map(|line| line.trim().strip_prefix("http://localhost:8080"));
        line.unwrap_or_else(|| panic!("no link in {}", self.text)).to_owned()
    }
}

/// See the module. Ends with the test.
#[derive(Clone)]
pub struct MailServer {
    port: u16,
    mood: Arc<Mutex<Mood>>,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl MailServer {
    pub async fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let server = Self { port, mood: Arc::new(Mutex::new(Mood::Takes)), letters: Arc::default() };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                tokio::spawn(async move {
                    let _ = server.talk(stream).await;
                });
            }
        });
        server
    }

    /// The argument of `bodega serve`.
    pub fn url(&self) -> String {
        format!("--smtp-url=smtp://127.0.0.1:{}", self.port)
    }

    pub fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What has arrived so far.
    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mood = *self.mood.lock().unwrap();
        if mood == Mood::Hangs {
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 here\r\n").await?;
        let mut to = String::new();
        while let Some(line) = lines.next_line().await? {
            let answer = match line.get(..4).unwrap_or("").to_ascii_uppercase().as_str() {
                "RCPT" => match mood {
                    Mood::Refuses(answer) => answer,
                    _ => {
                        to = line.split(['<', '>']).nth(1).unwrap_or("").to_owned();
                        "250 ok"
                    }
                },
                "DATA" => {
                    writing.write_all(b"354 go on\r\n").await?;
                    let mut data = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        data += line.strip_prefix('.').unwrap_or(&line);
                        data += "\r\n";
                    }
                    self.letters.lock().unwrap().push(letter(&to, &data));
                    while *self.mood.lock().unwrap() == Mood::Hesitates {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                    "250 ok"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            writing.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}

fn letter(to: &str, data: &str) -> Letter {
    let (head, body) = data.split_once("\r\n\r\n").expect("a head and a body");
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or("").to_owned()
    };
    let text = match header("Content-Transfer-Encoding").as_str() {
        "quoted-printable" => unquoted(body),
        "base64" => {
            let text: String = body.split_whitespace().collect();
            String::from_utf8(data_encoding::BASE64.decode(text.as_bytes()).expect("base64")).expect("UTF-8")
        }
        _ => body.to_owned(),
    };
    Letter { to: to.to_owned(), id: header("Message-ID"), text }
}

/// RFC 2045, section 6.7.
fn unquoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next().expect("two digits"), rest.next().expect("two digits")];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).expect("hex"));
    }
    String::from_utf8(bytes).expect("UTF-8")
}
