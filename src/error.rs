//! The one error type of requests, and its status.

use poem::error::ResponseError;
use poem::http::StatusCode;

/// Why a request gets no proper answer. Each becomes a page in the visitor's language.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the body cannot be read: {0}")]
    Unreadable(&'static str),
    #[error("the body is too large")]
    TooLarge,
    #[error("the form has no _submission")]
    NoSubmission,
    #[error("the form's _submission is not this person's, was used for something else, or is too old")]
    ForeignSubmission,
    #[error("not signed in")]
    NotSignedIn,
    #[error("this person's role may not do that")]
    Forbidden,
    #[error("not from this site's own pages")]
    CrossSite,
    #[error("no such thing")]
    NotFound,
    /// A back end does not answer; trying again later helps.
    #[error("{what} is away: {why}")]
    Away { what: &'static str, why: String },
    /// More work than this replica can do in time.
    #[error("too busy: {0}")]
    Busy(&'static str),
    /// A statement failed for another reason than its server's health.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error("{0}")]
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether somebody met a control that honest pages do not meet: worth a line in the log.
    pub fn is_defence(&self) -> bool {
        matches!(self, Self::CrossSite | Self::Forbidden | Self::NoSubmission | Self::ForeignSubmission)
    }
}

impl ResponseError for Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unreadable(_) | Self::NoSubmission => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ForeignSubmission => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::CrossSite | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound | Self::Query(diesel::result::Error::NotFound) => StatusCode::NOT_FOUND,
            Self::Away { .. } | Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Query(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
