//! What `bin/bench` runs: how fast the stack is that `bin/up` started, next to what its parts allow.
//!
//! Everything is measured from this machine, with the connections' number of requests under way at any
//! moment. What is compared takes turns in short rounds, so that a machine's moods hit all alike.

mod backends;
mod bare;
mod cases;
#[allow(dead_code, reason = "the drill needs more of it")]
#[path = "../shared/http.rs"]
mod http;
mod load;
mod replica;
mod report;
mod saves;
mod stack;
mod visit;

use std::time::Duration;

use bodega::cli::Failure;
use clap::Parser;

use http::Connection;
use load::Sample;
use report::Row;
use stack::Stack;
use visit::Visit;

#[derive(Parser)]
#[command(version)]
enum Command {
    /// Measures the stack whose settings are in the environment
    Run(Box<Stack>),
    /// Serves a page of so many bytes at an address, with Poem and nothing else
    #[command(hide = true)]
    Bare { address: std::net::SocketAddr, bytes: usize },
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    match Command::parse() {
        Command::Run(stack) => run(&stack).await,
        Command::Bare { address, bytes } => bare::serve(address, bytes).await,
    }
}

/// What takes turns, by the order of the table's first rows.
struct Throughput {
    one: Vec<Sample>,
    three: Vec<Sample>,
    bare: Vec<Sample>,
    limit: Vec<Sample>,
}

async fn run(stack: &Stack) -> Result<(), Failure> {
    let visit = stack.sign_in().await?;
    let products = stack.products().await?;
    println!("{products} products, {} connections, rounds of {} s\n", stack.connections, stack.seconds);
    let ready = replica::start_times(stack).await?;
    let throughput = throughput(stack, &visit).await?;
    let cases = cases::measure(stack, &visit).await;
    let saves = saves::measure(stack).await?;
    let memory = memory(stack, &visit).await?;
    let mut rows = report::throughput(&throughput);
    rows.extend(cases.iter().map(|(name, sample)| Row::of(name, sample, None)));
    rows.extend(report::saves(&saves));
    report::print(&rows);
    report::facts(&saves, &memory, &ready);
    report::targets(&throughput, &cases, &memory, &ready);
    Ok(())
}

async fn throughput(stack: &Stack, visit: &Visit) -> Result<Throughput, Failure> {
    let list = visit.get("/products");
    let page = Connection::new(stack.front()).exchange(&list).await?;
    let bare = bare::Child::start(stack.spare(0), page.body.len()).await?;
    let limit = backends::Limit::new(stack).await?;
    let time = Duration::from_secs(stack.seconds);
    let mut all = Throughput { one: vec![], three: vec![], bare: vec![], limit: vec![] };
    for round in 0..=stack.rounds {
        let one = load::http(stack.replicas()[0], &list, stack.connections, time).await;
        let three = load::http(stack.front(), &list, stack.connections, time).await;
        let bare = load::http(bare.address, &visit.get("/"), stack.connections, time).await;
        let limit = limit.load(stack.connections, time).await;
        // The first round only warms up.
        if round > 0 {
            all.one.push(one);
            all.three.push(three);
            all.bare.push(bare);
            all.limit.push(limit);
        }
    }
    Ok(all)
}

/// Resident memory of each replica in MiB, after each has answered ten thousand requests or more.
async fn memory(stack: &Stack, visit: &Visit) -> Result<Vec<f64>, Failure> {
    let list = visit.get("/products");
    for replica in stack.replicas() {
        let mut answered = 0;
        while answered < 10_000 {
            let sample = load::http(replica, &list, stack.connections, Duration::from_secs(1)).await;
            answered += sample.answered();
            if sample.answered() == 0 {
                return Err(format!("the replica at {replica} does not answer").into());
            }
        }
    }
    stack.pids.iter().map(|pid| replica::resident(*pid)).collect()
}
