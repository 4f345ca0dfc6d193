//! A statement in SQL that is prepared once per connection.
//!
//! Diesel's own `sql_query` is prepared, used once and closed: two round trips and a parse more each time.

use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Untyped};

/// SQL and the values of its `?`. Its connection keeps it prepared for ever: its text must be one of few,
/// so whatever a visitor sends is bound and never part of it.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    sql: String,
    values: Vec<Value>,
}

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Number(i64),
}

impl Statement {
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Vec::new() }
    }

    /// Adds SQL at the end.
    pub fn sql(mut self, sql: &str) -> Self {
        self.sql.push_str(sql);
        self
    }

    /// The text for the next `?`.
    pub fn text(mut self, value: impl Into<String>) -> Self {
        self.values.push(Value::Text(value.into()));
        self
    }

    /// The number for the next `?`; the few beyond `i64` become its largest.
    pub fn number(mut self, value: u64) -> Self {
        self.values.push(Value::Number(i64::try_from(value).unwrap_or(i64::MAX)));
        self
    }
}

impl QueryFragment<Mysql> for Statement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql(&self.sql);
        // Only the values: their places stand in the text already.
        for value in &self.values {
            match value {
                Value::Text(text) => out.push_bind_param_value_only::<Text, _>(text)?,
                Value::Number(number) => out.push_bind_param_value_only::<BigInt, _>(number)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = Untyped;
}
