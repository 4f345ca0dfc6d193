//! HTTP for all features; knows no feature.

mod address;
pub mod answer;
pub mod assets;
pub mod compress;
mod context;
pub mod cookies;
pub mod cross_site;
mod csv;
mod error_page;
mod fields;
mod form;
mod form_view;
pub mod headers;
pub mod hosts;
mod language;
mod layout;
pub mod list;
mod metrics;
pub mod notice;
mod origin;
pub mod page;
pub mod parked;
mod permission;
mod rejection;
mod session;
mod submission;
mod tabs;
pub mod ticket;
mod time_format;
pub mod unsent;
pub mod validation;

pub use address::address;
pub use assets::asset;
pub use context::{Context, Person, RequestId, RoutePattern};
pub use csv::{BYTE_ORDER_MARK, CsvLines};
pub use error_page::error_page;
pub use fields::Fields;
pub use form::Form;
pub use form_view::{Field, FormView, button_form, key_field, section_form};
pub use hosts::Hosts;
pub use language::{Language, Message};
pub use layout::layout;
pub use list::{Filters, Parameters, Step};
pub use metrics::Metrics;
pub use notice::Notice;
pub use origin::{Origin, network, origin};
pub use parked::Parked;
pub use permission::{Permission, Role, allowed};
pub use rejection::{Again, Rejection};
pub use session::{Sessions, SignedIn, Visitor};
pub use submission::{Signer, Submission};
pub use tabs::tabs;
pub use ticket::{Purpose, Seed};
pub use time_format::TimeFormat;
pub use validation::Complaints;

/// The cookie that remembers the language, also for visitors.
pub const LANGUAGE_COOKIE: &str = "language";

/// Where open pages ask whether they are still signed in.
pub const ALIVE: &str = "/account/alive";

/// The page of this site that a form was sent from, if the browser says.
pub fn referring_page(request: &poem::Request) -> Option<String> {
    let page = url::Url::parse(request.header(poem::http::header::REFERER)?).ok()?;
    Some(page[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
}
