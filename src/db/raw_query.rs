//! A statement in SQL that is prepared once per connection.
//!
//! Diesel's own `sql_query` is prepared, used once and closed: a round trip and a parse more each time.

use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Untyped};

/// What a statement may take, in its beginning for MariaDB and in its hint for MySQL. A page asks at most two
/// slow ones; longer than the hold of [`super::Database`], or than HAProxy waits for a replica, and the
/// request would be sent again, to three more replicas.
const LIMITED: &str =
    "/*M!100101 SET STATEMENT max_statement_time = 2 FOR */ SELECT /*+ MAX_EXECUTION_TIME(2000) */ ";

/// A query and the values in it. Its connection keeps it prepared: there may be only few different ones, so
/// whatever a visitor sends is a value and never part of the SQL.
#[derive(Clone, Debug)]
pub struct RawQuery(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Sql(String),
    Text(String),
    Number(i64),
}

impl RawQuery {
    /// Begins with what stands after `SELECT`.
    pub fn select(sql: impl Into<String>) -> Self {
        Self(vec![Part::Sql("SELECT ".to_owned()), Part::Sql(sql.into())])
    }

    /// The same for a query whose length a visitor decides: the database ends it after two seconds. In MariaDB
    /// this costs some 7 µs, which a page that everybody asks for would feel.
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

    /// Adds a number as a value; those beyond `i64` become its largest.
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
    /// What its connection knows it by is its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for RawQuery {
    type SqlType = Untyped;
}
