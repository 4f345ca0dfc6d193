//! The list of people: its filters, order and rows.

use std::borrow::Cow;

use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use crate::db::users_schema::accounts;
use crate::db::{self, Connection};
use crate::id::Id;
use crate::web::{Filters, Parameters, Role, list};

/// Further words of a search are ignored.
const WORDS: usize = 10;

/// The column that the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    Email,
    Role,
    Seen,
    Created,
}

impl list::Sort for Sort {
    const COLUMNS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Name, "name", "people-name"),
        (Self::Email, "email", "users-email"),
        (Self::Role, "role", "people-role"),
        (Self::Seen, "seen", "people-seen"),
        (Self::Created, "created", "people-created"),
    ];
}

/// Whether people may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Enabled,
    Disabled,
}

impl State {
    pub const ALL: [Self; 2] = [Self::Enabled, Self::Disabled];

    /// The value in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What narrows the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub q: String,
    pub role: Option<Role>,
    pub state: Option<State>,
}

impl Filters for Filter {
    const PATH: &'static str = "/users";
    const NAME: &'static str = "people";
    type Sort = Sort;

    fn read(sent: &Parameters) -> Self {
        Self {
            q: sent.trimmed("q", 200),
            role: Role::from_key(sent.get("role")),
            state: State::from_key(sent.get("state")),
        }
    }

    fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let q = (!self.q.is_empty()).then(|| ("q", (&*self.q).into()));
        let role = self.role.map(|role| ("role", role.key().into()));
        let state = self.state.map(|state| ("state", state.key().into()));
        [q, role, state].into_iter().flatten().collect()
    }
}

pub type Query = list::Query<Filter>;
pub type Listing = list::Listing<Filter, Row>;

/// One row of the list.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Row {
    pub id: Id,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: String,
    pub created_at: PrimitiveDateTime,
    pub disabled_at: Option<PrimitiveDateTime>,
    /// Accurate to ten minutes.
    pub last_seen_at: Option<PrimitiveDateTime>,
}

type Boxed<'a> = accounts::BoxedQuery<'a, Mysql>;

/// One page.
pub async fn load(query: &Query, connection: &mut Connection) -> QueryResult<Listing> {
    let total: i64 = narrowed(&query.filters).count().get_result(connection).await?;
    let mut listing = Listing::new(query, u64::try_from(total).unwrap_or(0));
    let (limit, offset) = listing.window();
    let rows = sorted(narrowed(&query.filters), query).select(Row::as_select()).limit(limit).offset(offset);
    listing.rows = rows.load(connection).await?;
    Ok(listing)
}

fn narrowed(filter: &Filter) -> Boxed<'static> {
    let mut rows = accounts::table.into_boxed();
    for word in filter.q.split_whitespace().take(WORDS) {
        let pattern = format!("%{}%", db::escape_like(word));
        let name = accounts::first_name.like(pattern.clone()).or(accounts::last_name.like(pattern.clone()));
        rows = rows.filter(name.or(accounts::email.like(pattern)));
    }
    if let Some(role) = filter.role {
        rows = rows.filter(accounts::role.eq(role.key()));
    }
    match filter.state {
        Some(State::Enabled) => rows.filter(accounts::disabled_at.is_null()),
        Some(State::Disabled) => rows.filter(accounts::disabled_at.is_not_null()),
        None => rows,
    }
}

fn sorted(rows: Boxed<'static>, query: &Query) -> Boxed<'static> {
    macro_rules! by {
        ($($column:expr),+) => {
            if query.descending { rows.order(($($column.desc()),+, accounts::id.desc())) }
            else { rows.order(($($column.asc()),+, accounts::id.asc())) }
        };
    }
    match query.sort {
        Sort::Name => by!(accounts::last_name, accounts::first_name),
        Sort::Email => by!(accounts::email_key),
        Sort::Role => by!(accounts::role, accounts::last_name, accounts::first_name),
        Sort::Seen => by!(accounts::last_seen_at),
        Sort::Created => by!(accounts::created_at),
    }
}
