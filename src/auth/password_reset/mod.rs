//! Setting a new password without the old one, by a link that is mailed or made by an administrator.

mod asking;
mod setting;

pub use asking::{asked, create, new};
pub use setting::{done, edit, update};

/// What the forms say when a back end is away.
const AWAY: &str = "factor-away";
