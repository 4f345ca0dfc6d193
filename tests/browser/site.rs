//! A replica as browsers reach it: through a socket, behind a wire that can be cut and a gate that can
//! be shut.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bodega::routes;
use poem::http::{HeaderValue, StatusCode, header};
use poem::listener::TcpAcceptor;
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, Server};
use rand::Rng;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::support::{Browser, Proxy, Replica, Shop, shared_mysql, shared_redis};

/// What HAProxy answers while no replica does.
const AWAY: &str = include_str!("../../haproxy/errors/503.html");

/// One installation with one replica.
pub struct Site {
    pub shop: Shop,
    pub replica: Replica,
    /// Between the browser and the site.
    pub wire: Proxy,
    /// Between the site and the database of products.
    pub products: Proxy,
    is_away: Arc<AtomicBool>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Site {
    /// An empty one.
    pub async fn new() -> Self {
        let shop = Shop::new().await;
        let products = Proxy::before(&shared_mysql()).await;
        let through = shop.through(&shared_mysql(), &products.address(), &shared_redis());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let wire = Proxy::before(&listener.local_addr().expect("bound").to_string()).await;
        let replica = through.replica_with(&["--public-url", &by_name(&wire)]).await;
        let is_away = Arc::new(AtomicBool::new(false));
        let gate = Arc::clone(&is_away);
        let visitor = visitor_address();
        // Boxed: the layers' types within one another are deeper than the compiler likes to look.
        let site = routes::site(&replica.app)
            .boxed()
            .around(move |next, request| pass(Arc::clone(&gate), visitor.clone(), next, request));
        let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener).expect("bound"));
        let server = tokio::spawn(server.run(site));
        Self { shop, replica, wire, products, is_away, server }
    }

    pub fn address(&self) -> String {
        by_name(&self.wire)
    }

    /// From now on nothing is answered but HAProxy's own page.
    pub fn leave(&self) {
        self.is_away.store(true, Ordering::SeqCst);
    }

    /// Everything is answered again.
    pub fn come_back(&self) {
        self.is_away.store(false, Ordering::SeqCst);
    }

    /// A person who has registered, and a list with so many products of theirs.
    pub async fn with_products(&self, count: usize) -> Browser {
        let ana = self.replica.person("Ana").await;
        let adding = (0..count).map(|index| {
            let mut ana = ana.clone();
            async move {
                let form = ana.product_form(&name(index), &format!("FI-{index:04}")).await;
                let category = if index % 5 == 0 { "Tornillería" } else { "Fontanería y baño" };
                ana.add(&form.fill("units", (index * 37 % 400).to_string()).fill("category", category)).await;
            }
        });
        futures_util::future::join_all(adding).await;
        ana
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Passkeys need a name.
fn by_name(wire: &Proxy) -> String {
    wire.address().replace("127.0.0.1", "http://localhost")
}

/// A believable name, another one for each index.
fn name(index: usize) -> String {
    let things = ["Tornillo", "Codo", "Válvula de bola", "Manguito", "Grifo monomando", "Sifón", "Junta"];
    let kinds = ["de latón", "de acero inoxidable", "cromado", "reforzado", "de PVC"];
    format!("{} {} {} mm", things[index % things.len()], kinds[index / 7 % kinds.len()], 8 + index)
}

/// Throttles count by it, in a Redis that all tests share.
fn visitor_address() -> HeaderValue {
    let [a, b, c] = rand::rng().random::<[u8; 3]>();
    HeaderValue::from_str(&format!("10.{a}.{b}.{c}")).expect("digits and dots")
}

async fn pass<E: Endpoint<Output = Response>>(
    is_away: Arc<AtomicBool>,
    visitor: HeaderValue,
    next: Arc<E>,
    mut request: Request,
) -> poem::Result<Response> {
    if is_away.load(Ordering::SeqCst) {
        let answer = StatusCode::SERVICE_UNAVAILABLE
            .with_header(header::CONTENT_TYPE, "text/html; charset=utf-8")
            .with_body(AWAY)
            .into_response();
        return Ok(answer);
    }
    request.headers_mut().insert("x-forwarded-for", visitor);
    next.call(request).await
}
