//! A replica's own counts, bounded in number and time.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// Tries under a key.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    pub tries: i64,
    /// Nothing may be tried until then.
    pub until: Instant,
    /// When it is forgotten.
    pub end: Instant,
}

/// See the module.
pub struct Counts {
    most: usize,
    window: Duration,
    counts: HashMap<String, Count>,
    /// Each key once, with a time that its count lasts for at least.
    ends: VecDeque<(Instant, String)>,
}

impl Counts {
    /// Room for so many counts, each kept for a while.
    pub fn new(most: usize, window: Duration) -> Self {
        Self { most, window, counts: HashMap::new(), ends: VecDeque::new() }
    }

    /// The count of a key, or a fresh one. `None` if there is no room: no count is evicted before its time.
    pub fn of(&mut self, key: &str, now: Instant) -> Option<&mut Count> {
        self.forget(now);
        let fresh = Count { tries: 0, until: now, end: now + self.window };
        if !self.counts.contains_key(key) {
            if self.counts.len() >= self.most {
                return None;
            }
            self.ends.push_back((fresh.end, key.to_owned()));
            self.counts.insert(key.to_owned(), fresh);
        }
        let count = self.counts.get_mut(key)?;
        if count.end <= now {
            *count = fresh;
        }
        Some(count)
    }

    /// The count of a key, if there is one.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Count> {
        self.counts.get_mut(key)
    }

    /// Each key comes to the front once in the lifetime of its count, so the amortized cost is constant.
    fn forget(&mut self, now: Instant) {
        while self.ends.front().is_some_and(|(end, _)| *end <= now) {
            let Some((_, key)) = self.ends.pop_front() else { return };
            match self.counts.get(&key) {
                Some(count) if count.end > now => self.ends.push_back((count.end, key)),
                _ => drop(self.counts.remove(&key)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_mins(10);

    #[test]
    fn what_is_known_is_counted_on_where_there_is_no_room_for_others() {
        let (mut counts, now) = (Counts::new(2, WINDOW), Instant::now());
        for tries in 1..=3 {
            for key in ["a", "b"] {
                counts.of(key, now).expect("room").tries += 1;
                assert_eq!(counts.of(key, now).map(|count| count.tries), Some(tries));
            }
            assert!(counts.of("c", now).is_none(), "beyond the room");
        }
    }

    #[test]
    fn room_comes_back_when_a_count_has_ended_and_not_before() {
        let (mut counts, now) = (Counts::new(2, WINDOW), Instant::now());
        counts.of("a", now).expect("room").tries = 7;
        let later = now + WINDOW / 2;
        counts.of("b", later).expect("room").tries = 7;
        let end = now + WINDOW;
        assert!(counts.of("c", end - Duration::from_millis(1)).is_none());
        assert_eq!(counts.of("c", end).map(|count| count.tries), Some(0), "in the place of a");
        assert!(counts.of("a", end).is_none());
        assert_eq!(counts.of("b", end).map(|count| count.tries), Some(7));
        assert_eq!(counts.of("b", later + WINDOW).map(|count| count.tries), Some(0), "it has ended");
    }

    #[test]
    fn a_count_that_goes_on_keeps_its_place_and_takes_no_second_one() {
        let (mut counts, start) = (Counts::new(2, WINDOW), Instant::now());
        for round in 0..100 {
            let now = start + WINDOW / 2 * round;
            let count = counts.of("a", now).expect("room");
            (count.tries, count.end) = (count.tries + 1, now + WINDOW);
        }
        assert_eq!((counts.get_mut("a").map(|count| count.tries), counts.ends.len()), (Some(100), 1));
    }
}
