//! The same limits in a replica's own memory, for when Redis is away.

use std::time::{Duration, Instant};

use super::counts::Counts;
use super::scripts::{LONGEST, PER_ADDRESS, WINDOW, wait_after};
use super::subject::{Action, Subject};

/// The replica's own counts. Filling one kind takes no room from the others.
pub struct Local {
    /// E-mail addresses as typed, and network addresses.
    strangers: Counts,
    /// Known browsers and people.
    known: Counts,
    actions: Counts,
}

impl Local {
    /// Room for so many counts of each kind.
    pub fn new(room: usize) -> Self {
        let counts = || Counts::new(room, Duration::from_secs(WINDOW.unsigned_abs()));
        Self { strangers: counts(), known: counts(), actions: counts() }
    }

    /// As the script `COUNT`.
    pub fn count(&mut self, action: Action, key: &str) -> i64 {
        let Some(count) = self.actions.of(key, Instant::now()) else { return WINDOW };
        count.tries += 1;
        if count.tries > action.limit() { WINDOW } else { 0 }
    }

    /// As the script `TRY`.
    pub fn try_once(&mut self, subject: Subject<'_>, [at, from]: &[String; 2]) -> i64 {
        let now = Instant::now();
        let Some(count) = self.of_subject(subject).of(at, now) else { return WINDOW };
        if count.until > now {
            return seconds(count.until - now);
        }
        match self.of_address(subject).of(from, now) {
            Some(count) if count.tries >= PER_ADDRESS => return WINDOW,
            Some(count) => count.tries += 1,
            // Known subjects are counted by themselves even where there is no room for the address.
            None if subject.is_known() => {}
            None => return WINDOW,
        }
        if let Some(count) = self.of_subject(subject).get_mut(at) {
            count.tries += 1;
            count.until = now + Duration::from_secs(wait_after(count.tries).unsigned_abs());
            count.end = count.until.max(now + Duration::from_secs(WINDOW.unsigned_abs()));
        }
        0
    }

    /// Takes back one try of the address, and so many of the subject.
    pub fn take_back(&mut self, subject: Subject<'_>, [at, from]: &[String; 2], tries: i64) {
        if let Some(count) = self.of_subject(subject).get_mut(at) {
            (count.tries, count.until) = (count.tries.saturating_sub(tries).max(0), Instant::now());
        }
        if let Some(count) = self.of_address(subject).get_mut(from) {
            count.tries = (count.tries - 1).max(0);
        }
    }

    fn of_subject(&mut self, subject: Subject<'_>) -> &mut Counts {
        if subject.is_known() { &mut self.known } else { &mut self.strangers }
    }

    fn of_address(&mut self, subject: Subject<'_>) -> &mut Counts {
        if subject.is_device() { &mut self.known } else { &mut self.strangers }
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(LONGEST) + 1
}
