//! Refusals that are counted together: whoever is refused again and again must not fill the table, and what
//! administrators look for must not drown in it.
//!
//! The first of a kind is a row at once; the others of ten minutes are counted, and become one row then. So that
//! nobody makes up new kinds without end, a source (an account or a network) has ten, and all those of nobody's
//! account together thirty, as have all those of accounts. What is beyond is counted by its source, or else by
//! what happened alone.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::row::Row;
use crate::id::Id;
use crate::web::network;

/// So long refusals are counted before their number is written.
const WINDOW: Duration = Duration::from_mins(10);
/// Kinds that are kept apart: of one source, and of all sources without or with an account.
const OF_A_SOURCE: usize = 10;
const OF_ALL: usize = 30;

/// Who is refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Source {
    Account(Id),
    Network(String),
}

/// What is the same in all that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    event: &'static str,
    source: Option<Source>,
    /// Whom it is about, and the detail.
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

/// What is being counted.
#[derive(Default)]
pub struct Folds {
    /// Those of each kind that are in no row yet.
    kinds: HashMap<Kind, Option<Row>>,
    end: Option<Instant>,
}

impl Folds {
    /// Counts a refusal; or gives it back, as the first of its kind, to be written.
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

    /// Counts something by what happened alone.
    pub fn take_roughly(&mut self, row: Row) {
        self.end.get_or_insert_with(|| Instant::now() + WINDOW);
        self.count(Kind { event: row.event, source: None, what: None }, row);
    }

    /// When the number of what was counted is to be written; nothing while nothing is counted.
    pub fn end(&self) -> Option<Instant> {
        self.end
    }

    /// Rows for what was counted; all begins anew.
    pub fn close(&mut self) -> Vec<Row> {
        self.end = None;
        self.kinds.drain().filter_map(|(_, row)| row).collect()
    }

    /// The narrowest kind that there is room for.
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
