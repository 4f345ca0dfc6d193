//! Raw SQL that each connection prepares once. Diesel's own `sql_query` is prepared and closed every time, which costs a
//! round trip and a parse.

use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Untyped};

/// Two seconds, for MariaDB and, as a hint, for MySQL. A page asks at most two slow queries; if they took longer than
/// [`super::Database`] or HAProxy waits, the request would go to the other replicas as well.
const LIMITED: &str =
    "/*M!100101 SET STATEMENT max_statement_time = 2 FOR */ SELECT /*+ MAX_EXECUTION_TIME(2000) */ ";

/// A query and its values. It stays prepared, so there may be only few different ones: what visitors send is a value,
/// never part of the SQL.
#[derive(Clone, Debug)]
pub struct RawQuery(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Sql(String),
    Text(String),
    Number(i64),
}

impl RawQuery {
    /// Begins after `SELECT`.
    pub fn select(sql: impl Into<String>) -> Self {
        Self(vec![Part::Sql("SELECT ".to_owned()), Part::Sql(sql.into())])
    }

    /// The same with a limit of two seconds, for queries that visitors can make slow. In MariaDB it costs 7 µs, which
    /// the most frequent pages are spared.
    pub fn limited_select(sql: impl Into<String>) -> Self {
        Self(vec![Part::Sql(LIMITED.to_owned()), Part::Sql(sql.into())])
    }

    /// Adds SQL.
    pub fn sql(mut self, sql: impl Into<String>) -> Self {
        self.0.push(Part::Sql(sql.into()));
        self
    }

    /// Adds a text as a value.
    pub fn text(mut self, value: impl Into<String>) -> Self {
        self.0.push(Part::Text(value.into()));
        self
    }

    /// Adds a number as a value, at most the largest `i64`.
    pub fn number(mut self, value: u64) -> Self {
        self.0.push(Part::Number(i64::try_from(value).unwrap_or(i64::MAX)));
        self
    }
}

impl QueryFragment<Mysql> for RawQuery {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        for part in &self.0 {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Part::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
            }
        }
        Ok(())
    }
}

impl QueryId for RawQuery {
    type QueryId = ();
    /// Connections cache it by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for RawQuery {
    type SqlType = Untyped;
}
