//! The list of invitations, newest first.

use std::borrow::Cow;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::Invitation;
use crate::db::Connection;
use crate::db::users_schema::{invitations, mails};
use crate::web::{Filters, Parameters, list};

/// The delivery of the mail with the link.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = mails)]
pub struct Delivery {
    pub sent_at: Option<PrimitiveDateTime>,
    pub expires_at: PrimitiveDateTime,
    pub tries: u32,
    pub last_error: Option<String>,
}

/// An invitation and, where it went by mail, that mail.
pub type Row = (Invitation, Option<Delivery>);

/// Nothing narrows the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct All;

impl Filters for All {
    const PATH: &'static str = "/users/invitations";
    const NAME: &'static str = "invitation";
    type Sort = ();

    fn read(_: &Parameters) -> Self {
        Self
    }

    fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        Vec::new()
    }
}

pub type Query = list::Query<All>;
pub type Listing = list::Listing<All, Row>;

/// One page.
pub async fn load(query: &Query, connection: &mut Connection) -> QueryResult<Listing> {
    let total: i64 = invitations::table.count().get_result(connection).await?;
    let mut listing = Listing::new(query, u64::try_from(total).unwrap_or(0));
    let (limit, offset) = listing.window();
    listing.rows = invitations::table
        .left_join(mails::table.on(mails::id.eq(invitations::id)))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .select((Invitation::as_select(), Option::<Delivery>::as_select()))
        .limit(limit)
        .offset(offset)
        .load(connection)
        .await?;
    Ok(listing)
}
