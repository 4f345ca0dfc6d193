//! What the next page says of the change just made: a cookie of one use, so that addresses stay clean and
//! any replica can say it.

use std::time::Duration;

use poem::{Request, Response};

use crate::app::App;
use crate::id::Id;
use crate::web::cookies;

const COOKIE: &str = "bodega_notice";
const KEPT: Duration = Duration::from_mins(1);

/// What was done to a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Created,
    Updated,
    Deleted,
    Restored,
}

impl Done {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Created, "created"),
        (Self::Updated, "updated"),
        (Self::Deleted, "deleted"),
        (Self::Restored, "restored"),
    ];
}

/// Leaves word for the next page.
pub fn leave(app: &App, response: &mut Response, done: Done, product: Id) {
    let name = Done::ALL.iter().find(|(other, _)| *other == done).map_or("", |(_, name)| name);
    cookies::set(response, COOKIE, &format!("{name}.{product}"), Some(KEPT), app.config.is_https());
}

/// What was left.
pub fn find(app: &App, request: &Request) -> Option<(Done, Id)> {
    let (name, id) = cookies::get(request, COOKIE, app.config.is_https())?.split_once('.')?;
    let (done, _) = Done::ALL.into_iter().find(|(_, other)| *other == name)?;
    Some((done, id.parse().ok()?))
}

/// Takes the cookie away, now that it has been read.
pub fn forget(app: &App, response: &mut Response) {
    cookies::set(response, COOKIE, "", None, app.config.is_https());
}
