//! `bin/drill`: kills, freezes and restarts each part of a running system under the hands of people at
//! work, and proves that they lose nothing. See `docs/DRILL.md`.

mod compose;
mod days;
mod drill;
mod fault;
mod history;
mod html;
#[path = "../shared/http.rs"]
mod http;
mod ledger;
mod local;
mod person;
mod ports;
mod report;
mod stack;
mod stored;

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use drill::Drill;
use fault::{Fault, PROGRAMS};
use history::Summary;
use stack::Stack;

/// All products of a drill are in it, and nothing else is.
pub const CATEGORY: &str = "Simulacro de averías (bin/drill)";
/// All people of a drill have their addresses there (RFC 2606: nobody else has).
pub const DOMAIN: &str = "bodega-drill.invalid";

/// A reason why nothing was proved, for people.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Hurts each part of the running system while people work, and shows that they lose nothing
///
/// Exit status 0: no request failed, nobody was signed out, nothing was lost or done twice. 1: something
/// was. 2: nothing could be proved.
#[derive(Parser)]
#[command(name = "bin/drill")]
pub struct Options {
    /// The system that `docker compose up` started here, instead of that of bin/up
    #[arg(long)]
    docker: bool,

    /// Only faults with these words in their names: web, web2, haproxy, redis, mysql, kill, freeze, restart, flush, rolling
    #[arg(long, value_delimiter = ',', value_name = "WORDS")]
    only: Vec<String>,

    /// How long people work for each fault; longer if the fault takes longer
    #[arg(long, default_value = "15", value_parser = clap::value_parser!(u64).range(2..=3600))]
    seconds: u64,

    /// People who read
    #[arg(long, default_value = "6", value_parser = clap::value_parser!(u32).range(1..=100))]
    readers: u32,

    /// People who write
    #[arg(long, default_value = "4", value_parser = clap::value_parser!(u32).range(1..=100))]
    writers: u32,

    /// Writes a summary for each fault
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Writes every request, one a line, as JSON
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
}

impl Options {
    fn faults(&self) -> Result<Vec<Fault>, Failure> {
        let mut faults = Fault::all();
        if let Some(word) = self.only.iter().find(|word| !faults.iter().any(|fault| fault.is_called(word))) {
            return Err(format!("no fault is called {word}; see bin/drill --help").into());
        }
        faults.retain(|fault| self.only.is_empty() || self.only.iter().any(|word| fault.is_called(word)));
        Ok(faults)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("bin/drill: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(options: &Options) -> Result<bool, Failure> {
    let faults = options.faults()?;
    let stack = Stack::find(options.docker).await?;
    let _only_one = lock(&stack)?;
    stored::remove(&stack).await?;
    let result = tokio::select! {
        result = rehearse(&stack, options, &faults) => result,
        _ = tokio::signal::ctrl_c() => Err("stopped; cleaning up".into()),
    };
    if result.is_err() {
        // Whatever was being done: nothing is left frozen.
        for program in PROGRAMS {
            let _ = stack.thaw(program).await;
        }
        stack.until_well().await?;
    }
    stored::remove(&stack).await?;
    result
}

/// Two drills at once would take each other's work for lost.
fn lock(stack: &Stack) -> Result<File, Failure> {
    let name = format!("bodega-drill-{}.lock", stack.front().address.port());
    let file = File::create(std::env::temp_dir().join(name))?;
    file.try_lock().map_err(|_| "another drill is under way")?;
    Ok(file)
}

async fn rehearse(stack: &Stack, options: &Options, faults: &[Fault]) -> Result<bool, Failure> {
    let mut drill = Drill::begin(stack, options).await?;
    let mut summaries = Vec::new();
    report::print_head();
    for fault in faults {
        let summary = drill.endure(*fault).await.map_err(|error| format!("{fault}: {error}"))?;
        report::print(&summary);
        summaries.push(summary);
    }
    drill.end().await;
    println!("{} products made, changed and compared.", drill.products());
    if let Some(path) = &options.json {
        report::write_json(path, &summaries)?;
    }
    if let Some(path) = &options.history {
        report::write_history(path, &drill.history)?;
    }
    Ok(summaries.iter().all(Summary::is_clean))
}
