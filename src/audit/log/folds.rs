//! Folds alike refusals into one row: repeated ones must not fill the table, nor bury what administrators look for.
//!
//! The first of a kind becomes a row at once; the others within ten minutes are counted, and become one row then. The
//! number of kinds is bounded: ten for each source (an account or a network), thirty for all networks together, and
//! thirty for all accounts. Beyond that, refusals are counted by source, or else by event alone.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::audit::row::Row;
use crate::id::Id;
use crate::web::network;

/// How long refusals are counted before their number is written.
const WINDOW: Duration = Duration::from_mins(10);
/// Kinds that are kept apart: of one source, and of all networks or all accounts.
const OF_A_SOURCE: usize = 10;
const OF_ALL: usize = 30;

/// Who is refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Source {
    Account(Id),
    Network(String),
}

/// What refusals that are counted together have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    event: &'static str,
    source: Option<Source>,
    /// The subject, and the detail.
    what: Option<(String, String)>,
}

impl Kind {
    fn of(row: &Row) -> Self {
        let account = row.actor_id.or(row.subject_id).map(Source::Account);
        let source = account.unwrap_or_else(|| Source::Network(network(&row.address)));
        Self { event: row.event, source: Some(source), what: Some((row.subject.clone(), row.detail.clone())) }
    }

    fn has_account(&self) -> Option<bool> {
        self.source.as_ref().map(|source| matches!(source, Source::Account(_)))
    }
}

/// The refusals being counted.
#[derive(Default)]
pub struct Folds {
    /// For each kind, those that are in no row yet.
    kinds: HashMap<Kind, Option<Row>>,
    end: Option<Instant>,
}

impl Folds {
    /// Counts a refusal, or returns it, if it is the first of its kind, to be written.
    pub fn take(&mut self, row: Row) -> Option<Row> {
        self.end.get_or_insert_with(|| Instant::now() + WINDOW);
        let kind = self.kind(&row);
        if kind.what.is_some() && !self.kinds.contains_key(&kind) {
            self.kinds.insert(kind, None);
            return Some(row);
        }
        self.count(kind, row);
        None
    }

    /// Counts a row by its event alone.
    pub fn take_roughly(&mut self, row: Row) {
        self.end.get_or_insert_with(|| Instant::now() + WINDOW);
        self.count(Kind { event: row.event, source: None, what: None }, row);
    }

    /// When the counts are due to be written; `None` while nothing is counted.
    pub fn end(&self) -> Option<Instant> {
        self.end
    }

    /// Rows for what was counted. Counting starts over.
    pub fn close(&mut self) -> Vec<Row> {
        self.end = None;
        self.kinds.drain().filter_map(|(_, row)| row).collect()
    }

    /// The narrowest kind there is room for.
    fn kind(&self, row: &Row) -> Kind {
        let mut kind = Kind::of(row);
        if self.kinds.contains_key(&kind) {
            return kind;
        }
        let count =
            |is_alike: &dyn Fn(&Kind) -> bool| self.kinds.keys().filter(|other| is_alike(other)).count();
        let has_room = count(&|other| other.has_account() == kind.has_account()) < OF_ALL;
        if has_room && count(&|other| other.source == kind.source) < OF_A_SOURCE {
            return kind;
        }
        kind.what = None;
        if !has_room && !self.kinds.contains_key(&kind) {
            kind.source = None;
        }
        kind
    }

    fn count(&mut self, kind: Kind, row: Row) {
        match self.kinds.entry(kind).or_default() {
            Some(all) => all.add(&row),
            none => *none = Some(row),
        }
    }
}
