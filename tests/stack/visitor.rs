//! Somebody who comes by curl: it speaks HTTP/2 and TLS as browsers do, and knows which cookies to refuse.

use std::path::PathBuf;
use std::process::Command;

use crate::html;
use crate::process::said;
use crate::stack::Stack;
use crate::support::unique;

/// See the module. Each has cookies of their own.
pub struct Visitor {
    origin: String,
    jar: PathBuf,
    /// What every call is told.
    arguments: Vec<String>,
}

/// An answer with all of its body.
#[derive(Debug)]
pub struct Answer {
    /// As in `HTTP/2`.
    pub version: String,
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Visitor {
    /// Of the stack's address, as browsers call it.
    pub fn of(stack: &Stack) -> Self {
        Self::at(stack, &stack.setting("BODEGA_PUBLIC_URL"))
    }

    /// Of another address that leads to it.
    pub fn at(stack: &Stack, origin: &str) -> Self {
        let jar = stack.folder.join(unique("cookies"));
        let mut arguments =
            ["--silent", "--show-error", "--include", "--max-time", "60"].map(String::from).to_vec();
        if let Some(certificate) = stack.certificate() {
            arguments.extend(["--cacert".to_owned(), certificate.display().to_string()]);
        }
        for option in ["--cookie", "--cookie-jar"] {
            arguments.extend([option.to_owned(), jar.display().to_string()]);
        }
        Self { origin: origin.to_owned(), jar, arguments }
    }

    /// From now on sends a header.
    pub fn with(mut self, header: &str) -> Self {
        self.arguments.extend(["--header".to_owned(), header.to_owned()]);
        self
    }

    /// From now on comes from this address of the machine.
    pub fn from(mut self, address: &str) -> Self {
        self.arguments.extend(["--interface".to_owned(), address.to_owned()]);
        self
    }

    /// The value of a cookie, as it stands in the jar.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let jar = std::fs::read_to_string(&self.jar).expect("a jar");
        let mut cookies = jar.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        cookies.find(|cookie| cookie.get(5) == Some(&name)).map(|cookie| cookie[6].to_owned())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(&[], &format!("{}{path}", self.origin))
    }

    /// Sends the form of a page, filled in.
    pub fn send(&self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        let form = html::form(&page.body, action).unwrap_or_else(|| panic!("no form to {action}: {page:?}"));
        let key = html::value(form, "_submission").map(|key| ("_submission", key));
        let body = html::encode(&key.into_iter().chain(fields.iter().copied()).collect::<Vec<_>>());
        let origin = format!("Origin: {}", self.origin);
        self.ask(&["--header", &origin, "--data-raw", &body], &format!("{}{action}", self.origin))
    }

    /// A POST to a path, with what curl is told of its body.
    pub fn post(&self, path: &str, arguments: &[&str]) -> Answer {
        self.ask(&[&["--request", "POST"], arguments].concat(), &format!("{}{path}", self.origin))
    }

    /// Any call.
    pub fn ask(&self, arguments: &[&str], address: &str) -> Answer {
        let said = said(Command::new("curl").args(&self.arguments).args(arguments).arg(address));
        Answer::read(&said)
    }
}

impl Answer {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
        let mut lines = head.lines();
        let first = lines.next().expect("a status");
        let (version, rest) = first.split_once(' ').unwrap_or_else(|| panic!("no status: {first}"));
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        Self {
            version: version.to_owned(),
            status: rest.get(..3).and_then(|status| status.parse().ok()).expect("a status"),
            headers: headers.collect(),
            body: body.to_owned(),
        }
    }

    /// The first header of this name, which is given in lower case, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or("")
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn assert_leads_to(&self, place: &str) {
        assert_eq!(self.status, 303, "{self:?}");
        assert!(self.header("location").starts_with(place), "{self:?}");
    }
}
