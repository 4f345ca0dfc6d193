//! Somebody with a browser: cookies, a connection that stays open, and a note of every request.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::history::{Event, Outcome};
use crate::html;
use crate::http::{Answer, Connection};

/// People come and go: after so many requests, a new connection.
const PER_CONNECTION: usize = 25;
/// Before a request is sent again over a new connection.
const PAUSE: Duration = Duration::from_millis(100);
/// Time to look at a page.
const LOOK: Duration = Duration::from_millis(40);

/// Where the system is, and what browsers call it.
#[derive(Clone, Debug)]
pub struct Front {
    pub address: SocketAddr,
    /// As in `Origin`.
    pub origin: String,
}

/// See the module.
pub struct Person {
    pub name: String,
    pub email: String,
    front: Front,
    cookies: BTreeMap<String, String>,
    connection: Connection,
    sent: usize,
    /// How often a request may be sent again after a broken connection.
    pub repeats: u32,
    pub history: Vec<Event>,
}

/// What an answer must be to be a good one.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// The page of somebody signed in, with this in it.
    Page(&'a str),
    /// A page for anyone, with this in it.
    Open(&'a str),
    /// On to a path that begins like this.
    Redirect(&'a str),
}

impl Person {
    pub fn new(name: String, email: String, front: Front) -> Self {
        let connection = Connection::new(front.address);
        let (cookies, history) = (BTreeMap::new(), Vec::new());
        Self { name, email, front, cookies, connection, sent: 0, repeats: 0, history }
    }

    /// The same person at a second window: same cookies, another connection.
    pub fn second_window(&self) -> Self {
        let mut second = Self::new(self.name.clone(), self.email.clone(), self.front.clone());
        second.cookies.clone_from(&self.cookies);
        second.repeats = self.repeats;
        second
    }

    /// An empty history, and a new connection: HAProxy rightly closes one that nobody uses for 15 s.
    pub fn begin_day(&mut self) {
        self.history.clear();
        self.connection.close();
    }

    /// Looks at a page; nothing when the answer was not a good one.
    pub async fn get(&mut self, path: &str, expected: Expected<'_>) -> Option<Answer> {
        self.ask("GET", path, "", expected).await
    }

    /// Sends the form of a page that sends to `action`, and says where that led to.
    pub async fn send(
        &mut self,
        page: &Answer,
        action: &str,
        fields: &[(&str, &str)],
        to: &str,
    ) -> Option<String> {
        let Some(body) = filled(page, action, fields) else {
            self.miss(action, "the page has no such form");
            return None;
        };
        let answer = self.ask("POST", action, &body, Expected::Redirect(to)).await?;
        Some(answer.header("location").to_owned())
    }

    /// The same from two windows at once, as impatient people do. Both must lead to the same place.
    pub async fn send_twice(
        &mut self,
        page: &Answer,
        action: &str,
        fields: &[(&str, &str)],
        to: &str,
    ) -> Option<String> {
        let mut second = self.second_window();
        let both = tokio::join!(self.send(page, action, fields, to), second.send(page, action, fields, to));
        self.history.append(&mut second.history);
        match both {
            (Some(one), Some(other)) if one == other => Some(one),
            (Some(_), Some(_)) => {
                self.miss(action, "sent twice, and answered with two places");
                None
            }
            _ => None,
        }
    }

    async fn ask(
        &mut self,
        method: &'static str,
        path: &str,
        body: &str,
        expected: Expected<'_>,
    ) -> Option<Answer> {
        sleep(LOOK).await;
        self.sent += 1;
        if self.sent.is_multiple_of(PER_CONNECTION) {
            self.connection.close();
        }
        let request = self.request(method, path, body);
        let (started, mut repeated) = (Instant::now(), 0);
        let answer = loop {
            match self.connection.exchange(request.as_bytes()).await {
                Err(_) if repeated < self.repeats => repeated += 1,
                answer => break answer,
            }
            sleep(PAUSE).await;
        };
        let outcome = answer.as_ref().map_or(Outcome::Unknown, |answer| judge(answer, expected));
        let words = match &answer {
            Ok(answer) => format!("{} {}", answer.status, answer.header("x-served-by")),
            Err(error) => error.to_string(),
        };
        self.note(Event {
            person: self.name.clone(),
            method,
            path: path.to_owned(),
            started,
            ended: Instant::now(),
            outcome,
            answer: words,
            repeated,
        });
        let answer = answer.ok()?;
        self.keep_cookies(&answer);
        if outcome != Outcome::Ok {
            // Whom a system fails at once is not to ask a thousand times a second.
            sleep(PAUSE).await;
        }
        (outcome == Outcome::Ok).then_some(answer)
    }

    fn request(&self, method: &str, path: &str, body: &str) -> String {
        let host = self.front.origin.split("//").nth(1).unwrap_or("localhost");
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n", cookies.join("; "));
        if method == "POST" {
            let (origin, length) = (&self.front.origin, body.len());
            head += &format!("Origin: {origin}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
            head += &format!("Content-Length: {length}\r\n");
        }
        format!("{head}User-Agent: bodega-drill\r\n\r\n{body}")
    }

    /// Notes a failure that no status shows.
    pub fn miss(&mut self, path: &str, what: &str) {
        let now = Instant::now();
        self.note(Event {
            person: self.name.clone(),
            method: "—",
            path: path.to_owned(),
            started: now,
            ended: now,
            outcome: Outcome::Failed,
            answer: what.to_owned(),
            repeated: 0,
        });
    }

    fn note(&mut self, event: Event) {
        self.history.push(event);
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for (name, value) in answer.cookies().filter_map(|cookie| cookie.split_once('=')) {
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

/// A form as sent: its key, the version that was seen, and what was typed.
fn filled(page: &Answer, action: &str, fields: &[(&str, &str)]) -> Option<String> {
    let page = page.text();
    let form = html::form(&page, action)?;
    let hidden = ["_submission", "version"].map(|name| (name, html::value(form, name)));
    let hidden = hidden.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    Some(html::encode(&hidden.chain(fields.iter().copied()).collect::<Vec<_>>()))
}

fn judge(answer: &Answer, expected: Expected<'_>) -> Outcome {
    let location = answer.header("location");
    let page = answer.text();
    let has = |text: &str| page.contains(text);
    match expected {
        Expected::Page(text) if answer.status == 200 && has(text) && has("action=\"/logout\"") => Outcome::Ok,
        Expected::Open(text) if answer.status == 200 && has(text) => Outcome::Ok,
        Expected::Redirect(to) if answer.status == 303 && location.starts_with(to) => Outcome::Ok,
        _ if answer.status == 303 && location.starts_with("/login") => Outcome::SignedOut,
        _ => Outcome::Failed,
    }
}
