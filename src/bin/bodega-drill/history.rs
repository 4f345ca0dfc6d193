//! Every request with what became of it, and what follows for people.

use std::time::{Duration, Instant};

use serde::Serialize;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Answered as it should be.
    Ok,
    /// Answered otherwise.
    Failed,
    /// Not answered: done or not done.
    Unknown,
    /// Answered as if the person were not signed in.
    SignedOut,
}

/// One request of one person, with its repetitions.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    pub person: String,
    pub method: &'static str,
    pub path: String,
    #[serde(skip)]
    pub started: Instant,
    #[serde(skip)]
    pub ended: Instant,
    pub outcome: Outcome,
    /// Status and replica, or what happened instead.
    pub answer: String,
    /// How often the person's browser had to send it again.
    pub repeated: u32,
}

/// What happened while one fault was tried, in milliseconds.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    pub fault: String,
    pub requests: usize,
    /// Not answered as they should have been, among them the unknown ones.
    pub failed: usize,
    pub unknown: usize,
    /// Requests that were sent again by those who made them: after a broken connection to HAProxy only.
    pub repeated: u32,
    pub sign_outs: usize,
    /// Acknowledged changes that are not there.
    pub lost: u64,
    /// Changes that are there more often than asked for.
    pub doubled: u64,
    /// The longest that somebody waited.
    pub slowest_ms: u64,
    /// The longest during which nobody got an answer.
    pub longest_gap_ms: u64,
    /// What went wrong, in words; the first few.
    pub troubles: Vec<String>,
}

const FIRST_FEW: usize = 20;

impl Summary {
    pub fn of(fault: &str, events: &[Event], started: Instant, ended: Instant) -> Self {
        let count = |outcome| events.iter().filter(|event| event.outcome == outcome).count();
        let slowest = events.iter().map(|event| event.ended - event.started).max();
        let troubles = events.iter().filter(|event| event.outcome != Outcome::Ok);
        Self {
            fault: fault.to_owned(),
            requests: events.len(),
            failed: count(Outcome::Failed) + count(Outcome::Unknown),
            unknown: count(Outcome::Unknown),
            repeated: events.iter().map(|event| event.repeated).sum(),
            sign_outs: count(Outcome::SignedOut),
            slowest_ms: milliseconds(slowest.unwrap_or_default()),
            longest_gap_ms: milliseconds(longest_gap(events, started, ended)),
            troubles: troubles.take(FIRST_FEW).map(|event| event.tell(started)).collect(),
            ..Self::default()
        }
    }

    /// Nothing that people should not have noticed.
    pub fn is_clean(&self) -> bool {
        self.failed == 0 && self.sign_outs == 0 && self.lost == 0 && self.doubled == 0
    }
}

impl Event {
    fn tell(&self, since: Instant) -> String {
        let (at, took) = ((self.started - since).as_secs_f64(), (self.ended - self.started).as_secs_f64());
        let Self { person, method, path, answer, .. } = self;
        format!("{person} at {at:.3} s: {method} {path}: {answer} after {took:.3} s")
    }
}

/// The longest time between two good answers, whoever got them; the two ends count as well.
fn longest_gap(events: &[Event], started: Instant, ended: Instant) -> Duration {
    let good = events.iter().filter(|event| event.outcome == Outcome::Ok);
    let mut moments: Vec<Instant> = good.map(|event| event.ended).chain([started, ended]).collect();
    moments.sort_unstable();
    moments.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(from: Instant, (started, ended): (u64, u64), outcome: Outcome) -> Event {
        let at = |ms| from + Duration::from_millis(ms);
        Event {
            person: "reader1".into(),
            method: "GET",
            path: "/".into(),
            started: at(started),
            ended: at(ended),
            outcome,
            answer: "200 web1".into(),
            repeated: 0,
        }
    }

    #[test]
    fn a_gap_is_time_without_a_good_answer_for_anybody() {
        let from = Instant::now();
        let ok = |start, end| event(from, (start, end), Outcome::Ok);
        let events = [ok(0, 10), ok(5, 100), event(from, (100, 500), Outcome::Failed), ok(100, 900)];
        let summary = Summary::of("x", &events, from, from + Duration::from_secs(1));
        assert_eq!((summary.longest_gap_ms, summary.slowest_ms, summary.failed), (800, 800, 1));
    }

    #[test]
    fn silence_until_the_end_is_a_gap_too() {
        let from = Instant::now();
        let events = [event(from, (0, 10), Outcome::Ok), event(from, (10, 20), Outcome::Unknown)];
        let summary = Summary::of("x", &events, from, from + Duration::from_secs(1));
        assert_eq!((summary.longest_gap_ms, summary.failed, summary.unknown), (990, 1, 1));
        assert!(!summary.is_clean());
    }
}
