//! The list of people: what is asked of it, and what it shows.

use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use crate::db::users_schema::accounts;
use crate::db::{self, Connection};
use crate::id::Id;
use crate::web::Role;

/// More words do not make a search better.
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

impl Sort {
    pub const ALL: [Self; 5] = [Self::Name, Self::Email, Self::Role, Self::Seen, Self::Created];

    /// The value in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Role => "role",
            Self::Seen => "seen",
            Self::Created => "created",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.key() == key)
    }
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

/// Filters, order and page, as they stand in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub q: String,
    pub role: Option<Role>,
    pub state: Option<State>,
    pub sort: Sort,
    pub descending: bool,
    /// From 1.
    pub page: u64,
}

impl Query {
    /// The list's address with these filters; defaults are left out.
    pub fn href(&self) -> String {
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        if !self.q.is_empty() {
            address.append_pair("q", &self.q);
        }
        if let Some(role) = self.role {
            address.append_pair("role", role.key());
        }
        if let Some(state) = self.state {
            address.append_pair("state", state.key());
        }
        if self.sort != Sort::default() || self.descending {
            address.append_pair("sort", self.sort.key());
            address.append_pair("dir", if self.descending { "desc" } else { "asc" });
        }
        if self.page > 1 {
            address.append_pair("page", &self.page.to_string());
        }
        match address.finish() {
            query if query.is_empty() => "/users".into(),
            query => format!("/users?{query}"),
        }
    }

    /// The same list sorted by a column: again the same column turns it round. From page 1.
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let descending = self.sort == sort && !self.descending;
        Self { sort, descending, page: 1, ..self.clone() }
    }

    /// The same list, another page.
    pub fn at_page(&self, page: u64) -> Self {
        Self { page, ..self.clone() }
    }

    /// Whether anything narrows the list.
    pub fn is_filtered(&self) -> bool {
        !self.q.is_empty() || self.role.is_some() || self.state.is_some()
    }
}

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
    /// To within ten minutes.
    pub last_seen_at: Option<PrimitiveDateTime>,
}

/// One page of the list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// As answered: `page` lies between 1 and `pages`.
    pub query: Query,
    pub rows: Vec<Row>,
    /// People who fit the filters, on all pages.
    pub total: u64,
    /// At least 1.
    pub pages: u64,
}

impl Listing {
    pub const PER_PAGE: u64 = 25;
}

type Boxed<'a> = accounts::BoxedQuery<'a, Mysql>;

/// One page; a page past the last one is the last one.
pub async fn load(query: &Query, connection: &mut Connection) -> QueryResult<Listing> {
    let total: i64 = narrowed(query).count().get_result(connection).await?;
    let total = u64::try_from(total).unwrap_or(0);
    let pages = total.div_ceil(Listing::PER_PAGE).max(1);
    let query = query.at_page(query.page.clamp(1, pages));
    let skip = i64::try_from((query.page - 1) * Listing::PER_PAGE).unwrap_or(i64::MAX);
    let rows = sorted(narrowed(&query), &query)
        .select(Row::as_select())
        .limit(25)
        .offset(skip)
        .load(connection)
        .await?;
    Ok(Listing { query, rows, total, pages })
}

fn narrowed(query: &Query) -> Boxed<'static> {
    let mut rows = accounts::table.into_boxed();
    for word in query.q.split_whitespace().take(WORDS) {
        let pattern = format!("%{}%", db::escape_like(word));
        let name = accounts::first_name.like(pattern.clone()).or(accounts::last_name.like(pattern.clone()));
        rows = rows.filter(name.or(accounts::email.like(pattern)));
    }
    if let Some(role) = query.role {
        rows = rows.filter(accounts::role.eq(role.key()));
    }
    match query.state {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_differs_from_the_plain_list() {
        assert_eq!(Query::default().href(), "/users");
        let query = Query {
            q: "a b".into(),
            role: Some(Role::Clerk),
            state: Some(State::Disabled),
            page: 2,
            ..Query::default()
        };
        assert_eq!(query.href(), "/users?q=a+b&role=clerk&state=disabled&page=2");
        assert_eq!(
            query.sorted_by(Sort::Seen).sorted_by(Sort::Seen).at_page(1).href().rsplit('&').next(),
            Some("dir=desc")
        );
    }
}
