//! The table, and the summary as JSON.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use crate::Failure;
use crate::history::{Event, Summary};

const HEAD: &str = "\
| fault                               | requests | failed | repeated | sign-outs | lost | doubled | slowest | longest gap |
|:------------------------------------|---------:|-------:|---------:|----------:|-----:|--------:|--------:|------------:|";

pub fn print_head() {
    println!("{HEAD}");
}

/// A row of the table, which is Markdown too; below it what went wrong.
pub fn print(summary: &Summary) {
    let Summary { fault, requests, failed, repeated, sign_outs, lost, doubled, .. } = summary;
    let (slowest, gap) = (seconds(summary.slowest_ms), seconds(summary.longest_gap_ms));
    println!(
        "| {fault:35} | {requests:8} | {failed:6} | {repeated:8} | {sign_outs:9} | {lost:4} | {doubled:7} | {slowest:>7} | {gap:>11} |"
    );
    for trouble in &summary.troubles {
        eprintln!("    {trouble}");
    }
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
}

pub fn write_json(path: &Path, summaries: &[Summary]) -> Result<(), Failure> {
    let is_clean = summaries.iter().all(Summary::is_clean);
    let document = json!({ "clean": is_clean, "faults": summaries });
    std::fs::write(path, serde_json::to_string_pretty(&document)? + "\n")?;
    Ok(())
}

/// One request a line; times in milliseconds from the first one.
pub fn write_history(path: &Path, history: &[(String, Event)]) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Line<'a> {
        fault: &'a str,
        at_ms: u128,
        took_ms: u128,
        #[serde(flatten)]
        event: &'a Event,
    }
    let mut file = BufWriter::new(File::create(path)?);
    let Some(first) = history.iter().map(|(_, event)| event.started).min() else { return Ok(()) };
    for (fault, event) in history {
        let at_ms = (event.started - first).as_millis();
        let took_ms = (event.ended - event.started).as_millis();
        serde_json::to_writer(&mut file, &Line { fault, at_ms, took_ms, event })?;
        file.write_all(b"\n")?;
    }
    file.flush()?;
    Ok(())
}
