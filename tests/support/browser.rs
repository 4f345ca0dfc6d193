//! A browser that knows cookies, forms and redirects, and asks a replica in this process.

use std::collections::BTreeMap;

use poem::http::Method;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Body, Request};
use rand::Rng;

use super::{Answer, Form, Replica};

/// Whether htmx asks, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Htmx {
    No,
    Full,
    Partial,
}

/// One person's browser. Its address is its own, so that rate limits do not meet.
#[derive(Clone)]
pub struct Browser {
    replica: Replica,
    cookies: BTreeMap<String, String>,
    headers: BTreeMap<&'static str, String>,
    htmx: Htmx,
    /// The page that is shown.
    here: Option<String>,
}

impl Browser {
    pub fn new(replica: &Replica) -> Self {
        let [a, b, c] = rand::rng().random::<[u8; 3]>();
        let headers = BTreeMap::from([
            ("host", "localhost:8080".to_owned()),
            ("sec-fetch-site", "same-origin".to_owned()),
            ("user-agent", "Tests/1.0".to_owned()),
            ("x-forwarded-for", format!("10.{a}.{b}.{c}")),
        ]);
        Self { replica: replica.clone(), cookies: BTreeMap::new(), headers, htmx: Htmx::No, here: None }
    }

    /// From now on asks this replica.
    pub fn at(&mut self, replica: &Replica) -> &mut Self {
        self.replica = replica.clone();
        self
    }

    /// The replica that is asked.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// From now on asks as htmx does, or no longer.
    pub fn htmx(&mut self, htmx: Htmx) -> &mut Self {
        self.htmx = htmx;
        self
    }

    /// From now on sends a header.
    pub fn with(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.headers.insert(name, value.to_owned());
        self
    }

    /// No longer sends a header.
    pub fn without(&mut self, name: &str) -> &mut Self {
        self.headers.remove(name);
        self
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) -> &mut Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn forget_cookie(&mut self, name: &str) -> &mut Self {
        self.cookies.remove(name);
        self
    }

    /// The value of the session cookie; panics when there is none.
    pub fn session(&self) -> String {
        self.cookie("bodega_session").expect("a session cookie").to_owned()
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.ask(Method::GET, path, Body::empty()).await;
        if self.htmx != Htmx::Partial {
            self.here = Some(path.to_owned());
        }
        answer
    }

    pub async fn post(&mut self, path: &str, body: impl Into<Body>) -> Answer {
        self.ask(Method::POST, path, body.into()).await
    }

    pub async fn submit(&mut self, form: &Form) -> Answer {
        self.post(&form.action, form.encoded()).await
    }

    /// Goes where an answer leads.
    pub async fn follow(&mut self, answer: &Answer) -> Answer {
        let location = answer.location().unwrap_or_else(|| panic!("leads nowhere: {answer:?}")).to_owned();
        self.get(&location).await
    }

    /// The form of a new product, filled in; the name is the description too.
    pub async fn product_form(&mut self, name: &str, code: &str) -> Form {
        let form = self.get("/products/new").await.form_to("/products");
        let form = form.fill("name", name).fill("code", code).fill("description", name);
        form.fill("units", "7").fill("category", "Pruebas")
    }

    /// Creates a product, and says its path.
    pub async fn add_product(&mut self, name: &str, code: &str) -> String {
        let form = self.product_form(name, code).await;
        self.add(&form).await
    }

    /// Sends the form of a product that is right, and says its path.
    pub async fn add(&mut self, form: &Form) -> String {
        let answer = self.submit(form).await;
        let path = answer.assert_status(303).location().expect("a product's path").to_owned();
        assert!(path.starts_with("/products/"), "{path}");
        path
    }

    /// Presses the button of a product's page that deletes or restores it.
    pub async fn press(&mut self, product: &str, verb: &str) -> Answer {
        let form = self.get(product).await.form_to(&format!("{product}/{verb}"));
        self.submit(&form).await
    }

    /// Sends any request, with everything that this browser sends.
    pub async fn ask(&mut self, method: Method, path: &str, body: Body) -> Answer {
        let mut request = http::Request::builder().method(method.clone()).uri(path);
        for (name, value) in self.all_headers(&method) {
            request = request.header(name, value);
        }
        let (parts, ()) = request.body(()).unwrap_or_else(|error| panic!("{path}: {error}")).into_parts();
        // Poem's own builder leaves the original address empty.
        let parts = (parts, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP);
        let request = Request::from_parts(parts.into(), body);
        let answer = self.replica.answer(request).await;
        self.take_cookies(&answer);
        answer
    }

    fn all_headers(&self, method: &Method) -> Vec<(&'static str, String)> {
        let mut headers: Vec<_> = self.headers.iter().map(|(name, value)| (*name, value.clone())).collect();
        if !self.cookies.is_empty() {
            let cookies: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.push(("cookie", cookies.join("; ")));
        }
        if let Some(here) = &self.here {
            headers.push(("referer", format!("http://localhost:8080{here}")));
        }
        if method == Method::POST && !self.headers.contains_key("content-type") {
            headers.push(("content-type", "application/x-www-form-urlencoded".into()));
        }
        if self.htmx != Htmx::No {
            let kind = if self.htmx == Htmx::Partial { "partial" } else { "full" };
            headers.extend([("hx-request", "true".into()), ("hx-request-type", kind.into())]);
        }
        headers
    }

    fn take_cookies(&mut self, answer: &Answer) {
        for header in answer.set_cookies() {
            let cookie = cookie::Cookie::parse(header).expect("a cookie");
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}
