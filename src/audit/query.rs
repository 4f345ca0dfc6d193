//! Reads the audit log, newest first, as fast with a hundred thousand rows as with ten.
//!
//! Pages are found by the row before them (keyset pagination), and read from the index that has their order. A search
//! for a person reads their entries from two indexes, of e-mail addresses or of keys, and nothing else.

use std::borrow::Cow;

use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, Binary, Datetime, Integer, Nullable, Text, Unsigned};
use diesel_async::RunQueryDsl;
use time::macros::format_description;
use time::{Date, Duration, PrimitiveDateTime, Time};

use super::Event;
use crate::db::users_schema::security_log;
use crate::db::{self, Connection};
use crate::id::Id;
use crate::web::{Filters, Parameters, list};

/// One row of the log.
#[derive(Clone, Debug, QueryableByName)]
pub struct Entry {
    #[diesel(sql_type = Binary)]
    pub id: Id,
    /// UTC.
    #[diesel(sql_type = Datetime)]
    pub at: PrimitiveDateTime,
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Nullable<Binary>)]
    pub actor_id: Option<Id>,
    #[diesel(sql_type = Text)]
    pub actor: String,
    #[diesel(sql_type = Nullable<Binary>)]
    pub subject_id: Option<Id>,
    #[diesel(sql_type = Text)]
    pub subject: String,
    #[diesel(sql_type = Text)]
    pub detail: String,
    #[diesel(sql_type = Text)]
    pub address: String,
    #[diesel(sql_type = Text)]
    pub agent: String,
    #[diesel(sql_type = Text)]
    pub request_id: String,
    /// How many events it stands for: `at` is the last, and what differs is [`VARIOUS`].
    ///
    /// [`VARIOUS`]: super::row::VARIOUS
    #[diesel(sql_type = Unsigned<Integer>)]
    pub times: u32,
    #[diesel(sql_type = Nullable<Datetime>)]
    pub since: Option<PrimitiveDateTime>,
}

const COLUMNS: &str = "id, at, event, actor_id, actor, subject_id, subject, detail, address, agent, \
                       request_id, times, since";

/// The log's filters, as in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub event: Option<Event>,
    /// The beginning of an e-mail address: the actor's or the subject's.
    pub person: String,
    /// The first day, UTC.
    pub from: Option<Date>,
    /// The last day, UTC.
    pub to: Option<Date>,
}

/// Which page of the log, relative to a row that is not on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Newest,
    OlderThan(Id),
    NewerThan(Id),
}

/// One page, newest first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    pub has_newer: bool,
    pub has_older: bool,
}

pub type Query = list::Query<Filter>;

impl Filters for Filter {
    const PATH: &'static str = "/users/log";
    const NAME: &'static str = "log";
    type Sort = ();

    fn read(sent: &Parameters) -> Self {
        Self {
            event: Event::from_key(sent.get("event")),
            person: sent.trimmed("person", 254),
            from: day(sent.get("from")),
            to: day(sent.get("to")),
        }
    }

    fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let event = self.event.map(|event| ("event", event.key().into()));
        let person = (!self.person.is_empty()).then(|| ("person", (&*self.person).into()));
        let day = |name, day: Option<Date>| day.map(|day| (name, day.to_string().into()));
        [event, person, day("from", self.from), day("to", self.to)].into_iter().flatten().collect()
    }
}

/// A day as `<input type="date">` sends it. Years that MySQL has no dates of are no days.
fn day(text: &str) -> Option<Date> {
    let day = Date::parse(text.trim(), format_description!("[year]-[month]-[day]")).ok()?;
    (1000..=9998).contains(&day.year()).then_some(day)
}

impl Place {
    pub fn read(sent: &Parameters) -> Self {
        match (sent.get("older").parse(), sent.get("newer").parse()) {
            (Ok(id), _) => Self::OlderThan(id),
            (_, Ok(id)) => Self::NewerThan(id),
            _ => Self::Newest,
        }
    }
}

/// One page of at most so many rows.
pub async fn load(
    filter: &Filter,
    place: Place,
    rows: usize,
    connection: &mut Connection,
) -> QueryResult<Page> {
    let (cursor, newer) = match place {
        Place::Newest => (None, false),
        Place::OlderThan(id) => (position(id, connection).await?, false),
        Place::NewerThan(id) => (position(id, connection).await?, true),
    };
    let limit = i64::try_from(rows + 1).unwrap_or(i64::MAX);
    let mut entries: Vec<Entry> = statement(filter, cursor, newer, limit).load(connection).await?;
    let more = entries.len() > rows;
    entries.truncate(rows);
    if newer {
        entries.reverse();
    }
    let moved = cursor.is_some();
    Ok(match newer {
        true => Page { entries, has_newer: more, has_older: moved },
        false => Page { entries, has_newer: moved, has_older: more },
    })
}

type Position = (PrimitiveDateTime, Id);

async fn position(id: Id, connection: &mut Connection) -> QueryResult<Option<Position>> {
    let row = security_log::table.find(id).select((security_log::at, security_log::id));
    row.first(connection).await.optional()
}

type Statement = BoxedSqlQuery<'static, Mysql, SqlQuery>;

fn statement(filter: &Filter, cursor: Option<Position>, newer: bool, limit: i64) -> Statement {
    if filter.person.is_empty() {
        let index = if filter.event.is_some() { "security_log_event" } else { "security_log_at" };
        let sql = diesel::sql_query(select(COLUMNS, index)).into_boxed();
        return narrowed(sql, filter, cursor, newer, limit);
    }
    let pattern = format!("{}%", db::escape_like(&filter.person));
    let found = format!("SELECT {COLUMNS} FROM security_log JOIN (");
    let mut sql = diesel::sql_query(found).into_boxed();
    for (before, column) in [("(", "actor"), (" UNION (", "subject")] {
        let index = format!("security_log_{column}_address");
        sql = sql.sql(before).sql(select("id AS found_id, at AS found_at", &index));
        sql = sql.sql(format!(" AND {column} LIKE ?")).bind::<Text, _>(pattern.clone());
        sql = narrowed(sql, filter, cursor, newer, limit).sql(")");
    }
    let direction = direction(newer);
    sql = sql.sql(format!(" ORDER BY found_at {direction}, found_id {direction} LIMIT ?"));
    sql = sql.bind::<BigInt, _>(limit).sql(") AS found ON found_id = id");
    sql.sql(format!(" ORDER BY at {direction}, id {direction}"))
}

/// Left alone, the optimizer prefers to read and sort the whole table.
fn select(columns: &str, index: &str) -> String {
    format!("SELECT {columns} FROM security_log FORCE INDEX ({index}) WHERE 1 = 1")
}

fn direction(newer: bool) -> &'static str {
    if newer { "ASC" } else { "DESC" }
}

/// Adds the filter's other conditions, the cursor, and the order.
fn narrowed(
    mut sql: Statement,
    filter: &Filter,
    cursor: Option<Position>,
    newer: bool,
    limit: i64,
) -> Statement {
    if let Some(event) = filter.event {
        sql = sql.sql(" AND event = ?").bind::<Text, _>(event.key());
    }
    if let Some(from) = filter.from {
        sql = sql.sql(" AND at >= ?").bind::<Datetime, _>(midnight(from));
    }
    if let Some(to) = filter.to {
        sql = sql.sql(" AND at < ?").bind::<Datetime, _>(midnight(to).saturating_add(Duration::DAY));
    }
    if let Some((at, id)) = cursor {
        let sign = if newer { ">" } else { "<" };
        sql = sql.sql(format!(" AND at {sign}= ? AND (at {sign} ? OR id {sign} ?)"));
        sql = sql.bind::<Datetime, _>(at).bind::<Datetime, _>(at).bind::<Binary, _>(id);
    }
    let direction = direction(newer);
    sql.sql(format!(" ORDER BY at {direction}, id {direction} LIMIT ?")).bind::<BigInt, _>(limit)
}

fn midnight(day: Date) -> PrimitiveDateTime {
    PrimitiveDateTime::new(day, Time::MIDNIGHT)
}

/// Until when refusals have been removed, because there were too many entries.
pub async fn shortened(connection: &mut Connection) -> QueryResult<Option<PrimitiveDateTime>> {
    let rows = security_log::table.filter(security_log::event.eq(Event::LogShortened.key()));
    let row = rows.order(security_log::at.desc()).select(security_log::since).first(connection).await;
    Ok(row.optional()?.flatten())
}

/// The latest entries of which an account is the actor or the subject.
pub async fn latest_of(account: Id, rows: u32, connection: &mut Connection) -> QueryResult<Vec<Entry>> {
    let part = |column: &str| {
        format!("(SELECT {COLUMNS} FROM security_log WHERE {column} = ? ORDER BY at DESC LIMIT {rows})")
    };
    let sql =
        format!("{} UNION {} ORDER BY at DESC, id DESC LIMIT {rows}", part("actor_id"), part("subject_id"));
    diesel::sql_query(sql).bind::<Binary, _>(account).bind::<Binary, _>(account).load(connection).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days_and_nothing_else() {
        assert_eq!(day("2026-02-28").map(|day| day.to_string()), Some("2026-02-28".into()));
        for text in ["", "2026-02-30", "26-2-1", "tomorrow", "0001-01-01", "2026-01-01T00:00", "99999-01-01"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
