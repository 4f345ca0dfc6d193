//! A browser's way to a replica that is a process of its own.

use poem::http::StatusCode;
use poem::{Endpoint, Request, Response};

use crate::http::Connection;
use crate::support::{Replica, Shop};

/// What a browser has to know of an answer.
const HEADERS: [&str; 4] = ["content-type", "location", "set-cookie", "x-request-id"];

/// The process that listens there, as browsers of tests ask it.
pub fn to(listen: &str, shop: &Shop) -> Replica {
    Replica::with_site(shop.app(&[]), Way(listen.to_owned()))
}

struct Way(String);

impl Endpoint for Way {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_string().await.expect("a body of text");
        let mut text = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri());
        for (name, value) in request.headers() {
            text += &format!("{name}: {}\r\n", value.to_str().expect("visible ASCII"));
        }
        text += &format!("content-length: {}\r\n\r\n{body}", body.len());
        let answer = Connection::new(self.0.parse().expect("an address")).exchange(text.as_bytes()).await;
        let answer = answer.expect("an answer");
        let mut response = Response::builder().status(StatusCode::from_u16(answer.status).expect("a status"));
        for name in HEADERS {
            for value in answer.all(name) {
                response = response.header(name, value);
            }
        }
        Ok(response.body(answer.body))
    }
}
