//! A Poem route with nothing around it, in a process of its own like a replica.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use bodega::cli::Failure;
use poem::listener::TcpListener;
use poem::web::{Data, Html};
use poem::{EndpointExt, Route, Server, get, handler};

use super::replica::Process;

#[handler]
fn page(text: Data<&String>) -> Html<String> {
    Html(text.0.clone())
}

/// Serves a page of so many bytes until the process ends.
pub async fn serve(address: SocketAddr, bytes: usize) -> Result<(), Failure> {
    let routes = Route::new().at("/", get(page)).data("x".repeat(bytes));
    Ok(Server::new(TcpListener::bind(address)).run(routes).await?)
}

/// Such a process; it ends with this value.
pub struct Child {
    pub address: SocketAddr,
    _process: Process,
}

impl Child {
    pub async fn start(address: SocketAddr, bytes: usize) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let process = command.args(["bare", &address.to_string(), &bytes.to_string()]).spawn()?;
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return Ok(Self { address, _process: Process(process) });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("the bare route does not answer at {address}").into())
    }
}
