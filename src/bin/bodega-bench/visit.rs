//! How a signed-in browser asks.

/// What is the same in all its requests.
#[derive(Clone, Debug)]
pub struct Visit {
    pub host: String,
    pub cookies: String,
    /// What HAProxy tells the replicas, for those that are asked past it.
    pub front_secret: String,
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
