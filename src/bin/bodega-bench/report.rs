//! The table, and which targets were met.

use super::Throughput;
use super::load::Sample;
use super::saves::Saves;

/// One replica's share of what the back ends allow.
const SHARE: f64 = 0.60;
const P95: f64 = 50.0;
const MEMORY: f64 = 50.0;
const READY: f64 = 1000.0;

/// A line of the table.
pub struct Row {
    name: String,
    rate: f64,
    share: Option<f64>,
    percentiles: [f64; 3],
    failed: usize,
}

impl Row {
    pub fn of(name: &str, sample: &Sample, share: Option<f64>) -> Self {
        Self {
            name: name.to_owned(),
            rate: sample.rate(),
            share,
            percentiles: [50, 95, 99].map(|percent| sample.percentile(percent)),
            failed: sample.failed,
        }
    }
}

/// How what takes turns compares; each share is the median of the rounds' shares.
pub fn throughput(all: &Throughput) -> Vec<Row> {
    [
        ("list, one replica", &all.one),
        ("list, HAProxy and three replicas", &all.three),
        ("bare Poem route, a page as long", &all.bare),
        ("back ends' limit, without HTTP", &all.limit),
    ]
    .map(|(name, samples)| Row::of(name, &Sample::together(samples), Some(share(samples, &all.limit))))
    .into()
}

/// Saves at the database, with and without a form's key.
pub fn saves(all: &Saves) -> Vec<Row> {
    [("save of a product, without HTTP", &all.without_key), ("the same with its form's key", &all.with_key)]
        .map(|(name, samples)| Row::of(name, &Sample::together(samples), None))
        .into()
}

fn share(samples: &[Sample], limit: &[Sample]) -> f64 {
    median(samples.iter().zip(limit).map(|(sample, limit)| sample.rate() / limit.rate()).collect())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

pub fn print(rows: &[Row]) {
    println!(
        "{:<42} {:>10} {:>8} {:>8} {:>8} {:>8} {:>7}",
        "", "requests/s", "of limit", "p50 ms", "p95 ms", "p99 ms", "failed"
    );
    for Row { name, rate, share, percentiles: [p50, p95, p99], failed } in rows {
        let share = share.map_or(String::new(), |share| format!("{:.0} %", share * 100.0));
        println!("{name:<42} {rate:>10.0} {share:>8} {p50:>8.1} {p95:>8.1} {p99:>8.1} {failed:>7}");
    }
}

/// Keys, memory and start, a line each.
pub fn facts(saves: &Saves, memory: &[f64], ready: &[f64]) {
    println!(
        "{:<42} {:.2} times as long",
        "save with a form's key",
        1.0 / share(&saves.with_key, &saves.without_key)
    );
    let list =
        |numbers: &[f64]| numbers.iter().map(|number| format!("{number:.0}")).collect::<Vec<_>>().join(", ");
    println!("{:<42} {} MiB", "memory of each replica", list(memory));
    println!("{:<42} {} ms", "start of a replica until ready", list(ready));
}

/// What was to be reached, and whether it was.
pub fn targets(all: &Throughput, cases: &[(String, Sample)], memory: &[f64], ready: &[f64]) {
    let say = |met: bool, what: String| println!("{} {what}", if met { "met   " } else { "MISSED" });
    println!();
    let share = share(&all.one, &all.limit);
    say(share >= SHARE, format!("one replica at 60 % of the back ends' limit: {:.0} %", share * 100.0));
    let slow: Vec<_> = cases
        .iter()
        .filter(|(_, sample)| sample.percentile(95).is_nan() || sample.percentile(95) >= P95)
        .collect();
    let names: Vec<_> =
        slow.iter().map(|(name, sample)| format!("{name} {:.0} ms", sample.percentile(95))).collect();
    let slower = if names.is_empty() { String::new() } else { format!(", but for: {}", names.join("; ")) };
    say(names.is_empty(), format!("95 % of requests within 50 ms at every list{slower}"));
    let most = memory.iter().copied().fold(0.0, f64::max);
    say(
        !memory.is_empty() && most <= MEMORY,
        format!("at most 50 MiB a replica after 10,000 requests: {most:.0} MiB"),
    );
    let start = median(ready.to_vec());
    say(start < READY, format!("ready within a second: {start:.0} ms"));
    let failed: usize = cases.iter().map(|(_, sample)| sample.failed).sum();
    let failed = failed
        + [&all.one, &all.three, &all.bare]
            .iter()
            .flat_map(|samples| samples.iter())
            .map(|sample| sample.failed)
            .sum::<usize>();
    say(failed == 0, format!("no request failed: {failed}"));
}
