//! What people were told of their products, to be compared with what is stored.

use std::collections::HashMap;

/// A product as it should be. Every change of its one writer counts the version up by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub version: u32,
    pub units: u32,
    pub deleted: bool,
}

/// One product, which only one person changes, one change after another.
#[derive(Clone, Debug)]
pub struct Entry {
    pub code: String,
    /// After the last change that was acknowledged.
    pub told: Option<State>,
    /// After the change that nobody answered, if there was one. Nothing was tried after it.
    pub perhaps: Option<State>,
}

/// A product as found.
#[derive(Clone, Debug)]
pub struct Row {
    pub code: String,
    pub state: State,
}

/// What is wrong with what is stored.
#[derive(Debug, Default)]
pub struct Verdict {
    pub lost: u64,
    pub doubled: u64,
    pub troubles: Vec<String>,
}

/// All products of all writers.
#[derive(Default)]
pub struct Ledger(Vec<Entry>);

impl Ledger {
    pub fn add(&mut self, entries: Vec<Entry>) {
        self.0.extend(entries);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Compares every product with the rows, also those of earlier times. What is found wrong is told
    /// once and then forgotten.
    pub fn compare(&mut self, rows: &[Row]) -> Verdict {
        let mut found: HashMap<&str, Vec<State>> = HashMap::new();
        for row in rows {
            found.entry(row.code.as_str()).or_default().push(row.state);
        }
        let mut verdict = Verdict::default();
        self.0.retain(|entry| {
            let states = found.remove(entry.code.as_str()).unwrap_or_default();
            verdict.judge(entry, &states)
        });
        for (code, states) in found {
            verdict.doubled += states.len() as u64;
            verdict.troubles.push(format!("nobody made {code}: {states:?}"));
        }
        verdict
    }
}

impl Verdict {
    /// Whether a product is as it should be.
    fn judge(&mut self, entry: &Entry, states: &[State]) -> bool {
        let Entry { code, told, perhaps } = entry;
        let is_right = match states {
            [] => told.is_none(),
            [state] => Some(*state) == *told || Some(*state) == *perhaps,
            _ => false,
        };
        if is_right {
            return true;
        }
        let acknowledged = told.map_or(0, |state| state.version);
        let tried = perhaps.map_or(acknowledged, |state| state.version);
        let stored = states.iter().map(|state| state.version).sum();
        self.doubled += u64::from(u32::saturating_sub(stored, tried));
        // Of the same version, but not what was told: that change is not there.
        self.lost += u64::from(acknowledged.saturating_sub(stored).max(u32::from(stored <= tried)));
        self.troubles.push(format!("{code}: told {told:?}, perhaps {perhaps:?}, stored {states:?}"));
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(version: u32) -> State {
        State { version, units: version, deleted: false }
    }

    fn verdict(told: Option<u32>, perhaps: Option<u32>, stored: &[u32]) -> (u64, u64) {
        let entry = Entry { code: "a".into(), told: told.map(state), perhaps: perhaps.map(state) };
        let mut ledger = Ledger(vec![entry]);
        let rows: Vec<Row> =
            stored.iter().map(|version| Row { code: "a".into(), state: state(*version) }).collect();
        let verdict = ledger.compare(&rows);
        assert_eq!(ledger.len() == 1, verdict.troubles.is_empty());
        (verdict.lost, verdict.doubled)
    }

    #[test]
    fn what_was_told_and_is_there_is_neither_lost_nor_doubled() {
        assert_eq!(verdict(Some(3), None, &[3]), (0, 0));
    }

    #[test]
    fn what_nobody_answered_may_be_there_or_not() {
        assert_eq!(verdict(Some(3), Some(4), &[3]), (0, 0));
        assert_eq!(verdict(Some(3), Some(4), &[4]), (0, 0));
        assert_eq!(verdict(None, Some(1), &[]), (0, 0));
        assert_eq!(verdict(None, Some(1), &[1]), (0, 0));
    }

    #[test]
    fn what_was_told_and_is_not_there_is_lost() {
        assert_eq!(verdict(Some(1), None, &[]), (1, 0));
        assert_eq!(verdict(Some(3), None, &[1]), (2, 0));
        assert_eq!(verdict(Some(3), Some(4), &[2]), (1, 0));
    }

    #[test]
    fn what_is_there_more_often_than_asked_for_is_doubled() {
        assert_eq!(verdict(Some(3), None, &[4]), (0, 1));
        assert_eq!(verdict(Some(3), Some(4), &[5]), (0, 1));
        assert_eq!(verdict(Some(1), None, &[1, 1]), (0, 1));
        assert_eq!(verdict(None, Some(1), &[2]), (0, 1));
    }

    #[test]
    fn another_content_of_the_same_version_is_a_lost_change() {
        let mut ledger = Ledger(vec![Entry { code: "a".into(), told: Some(state(2)), perhaps: None }]);
        let other = State { units: 1, ..state(2) };
        let verdict = ledger.compare(&[Row { code: "a".into(), state: other }]);
        assert_eq!((verdict.lost, verdict.doubled), (1, 0));
    }

    #[test]
    fn a_product_that_nobody_made_is_doubled() {
        let verdict = Ledger::default().compare(&[Row { code: "a".into(), state: state(1) }]);
        assert_eq!((verdict.lost, verdict.doubled), (0, 1));
    }
}
