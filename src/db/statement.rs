//! A statement in SQL that is prepared once per connection.
//!
//! Diesel's own `sql_query` is prepared, used once and closed: a round trip and a parse more each time.

use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Untyped};

/// SQL and values in it. Its connection keeps it prepared for ever: there may be only few different ones,
/// so whatever a visitor sends is a value and never part of the SQL.
#[derive(Clone, Debug, Default)]
pub struct Statement(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Sql(String),
    Text(String),
    Number(i64),
}

impl Statement {
    pub fn new(sql: impl Into<String>) -> Self {
        Self(vec![Part::Sql(sql.into())])
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

impl QueryFragment<Mysql> for Statement {
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

impl QueryId for Statement {
    type QueryId = ();
    /// What its connection knows it by is its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = Untyped;
}
