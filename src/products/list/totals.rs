//! Totals of searches with many hits, which are too slow to count on every view.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// An older total is counted again in the background.
const FRESH: Duration = Duration::from_secs(10);
/// An older total is not shown: visitors wait for a new one.
const USEFUL: Duration = Duration::from_mins(2);
/// Searches remembered.
const MOST: usize = 1000;

/// Totals by search. Cheap to clone.
#[derive(Clone, Default)]
pub struct Totals(Arc<Mutex<HashMap<String, Arc<Slot>>>>);

#[derive(Default)]
struct Slot {
    known: Mutex<Option<(u64, Instant)>>,
    counting: AtomicBool,
    /// When a count last took too long; held while counting.
    turn: tokio::sync::Mutex<Option<Instant>>,
}

impl Slot {
    fn known(&self) -> Option<(u64, Duration)> {
        let known = *self.known.lock().expect("nothing panics while it holds this");
        known.map(|(total, at)| (total, at.elapsed())).filter(|(_, age)| *age < USEFUL)
    }

    fn learn(&self, total: u64) {
        *self.known.lock().expect("nothing panics while it holds this") = Some((total, Instant::now()));
    }
}

impl Totals {
    /// The total of a search: a fresh one, or an older one while it is counted again, or a new one. It is counted once,
    /// however many ask.
    pub async fn get<F, Fut>(&self, search: &str, count: F) -> Result<u64>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<u64>> + Send,
    {
        let slot = self.slot(search);
        match slot.known() {
            Some((total, age)) if age < FRESH => return Ok(total),
            Some((total, _)) => {
                if !slot.counting.swap(true, Ordering::AcqRel) {
                    tokio::spawn(async move {
                        if let Ok(total) = count().await {
                            slot.learn(total);
                        }
                        slot.counting.store(false, Ordering::Release);
                    });
                }
                return Ok(total);
            }
            None => {}
        }
        let asked = Instant::now();
        let mut turn = slot.turn.lock().await;
        if let Some((total, _)) = slot.known() {
            return Ok(total);
        }
        if turn.is_some_and(|too_long| too_long > asked) {
            return Err(Error::TooSlow);
        }
        let counted = count().await;
        match &counted {
            Ok(total) => slot.learn(*total),
            Err(Error::TooSlow) => *turn = Some(Instant::now()),
            Err(_) => {}
        }
        counted
    }

    /// Remembers a total that was counted anyway.
    pub fn learn(&self, search: &str, total: u64) {
        self.slot(search).learn(total);
    }

    /// Whether a total is known, if only an older one.
    pub fn know(&self, search: &str) -> bool {
        let slots = self.0.lock().expect("nothing panics while it holds this");
        slots.get(search).is_some_and(|slot| slot.known().is_some())
    }

    fn slot(&self, search: &str) -> Arc<Slot> {
        let mut slots = self.0.lock().expect("nothing panics while it holds this");
        if slots.len() >= MOST && !slots.contains_key(search) {
            slots.clear();
        }
        Arc::clone(slots.entry(search.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_cause_one_count() {
        let (totals, counts) = (Totals::default(), Arc::new(AtomicU64::new(0)));
        let ask = || {
            let (totals, counts) = (totals.clone(), Arc::clone(&counts));
            tokio::spawn(async move {
                let count = || async move {
                    counts.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Ok(7)
                };
                totals.get("café", count).await.unwrap()
            })
        };
        for task in (0..20).map(|_| ask()).collect::<Vec<_>>() {
            assert_eq!(task.await.unwrap(), 7);
        }
        assert_eq!(counts.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn who_waited_for_a_count_that_took_too_long_does_not_begin_another() {
        let (totals, counts) = (Totals::default(), Arc::new(AtomicU64::new(0)));
        let ask = || {
            let counts = Arc::clone(&counts);
            let count = || async move {
                counts.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Err(Error::TooSlow)
            };
            totals.get("café", count)
        };
        let (first, second) = tokio::join!(ask(), ask());
        assert!(matches!((first, second), (Err(Error::TooSlow), Err(Error::TooSlow))));
        assert_eq!(counts.load(Ordering::SeqCst), 1);
        assert!(ask().await.is_err());
        assert_eq!(counts.load(Ordering::SeqCst), 2, "who asks afterwards has a try");
    }

    #[tokio::test]
    async fn a_count_that_fails_is_tried_again() {
        let totals = Totals::default();
        assert!(totals.get("q", || async { Err(crate::error::Error::NotFound) }).await.is_err());
        assert_eq!(totals.get("q", || async { Ok(3) }).await.unwrap(), 3);
    }
}
