//! What a database error means for the one who asked.

use diesel::result::{DatabaseErrorKind, Error};

/// The four ways in which a statement fails that is not at fault itself, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The connection is gone or the server refuses: another try needs another connection.
    Away,
    /// Two transactions were in each other's way, and this one was rolled back: try again.
    Conflict,
    /// It took longer than it may and was ended: it would again.
    TooSlow,
    /// Anything else: trying again would fail again.
    Broken,
}

// Server errors that come with the loss of the connection or from a server that may not write now. diesel-async
// keeps only their texts, which every connection asks for in English (MySQL Server Error Reference; MariaDB words
// some differently).
const AWAY: &[&str] = &[
    "gone away",                                // 2006
    "Lost connection",                          // 2013
    "Server shutdown in progress",              // 1053
    "Connection was killed",                    // 1927, MariaDB
    "Query execution was interrupted",          // 1317
    "Too many connections",                     // 1040
    "--read-only",                              // 1290
    "--super-read-only",                        // 1290
    "observer while running replication hook",  // 3100
    "Plugin instructed the server to rollback", // 3101
    "disconnected by the server",               // 4031
    "Input/output error",                       // mysql_async: the socket
    "Connection to the server is closed",       // mysql_async
    "connection closed",                        // mysql_async
];

const TOO_SLOW: &[&str] = &[
    "max_statement_time exceeded",               // 1969, MariaDB
    "maximum statement execution time exceeded", // 3024, MySQL
];

const CONFLICT: &[&str] = &[
    "Deadlock found",                     // 1213
    "Lock wait timeout exceeded",         // 1205
    "Record has changed since last read", // 1020, MariaDB 11
];

impl Trouble {
    pub fn of(error: &Error) -> Self {
        match error {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _)
            | Error::BrokenTransactionManager => Self::Away,
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Conflict,
            Error::DatabaseError(
                DatabaseErrorKind::Unknown | DatabaseErrorKind::ReadOnlyTransaction,
                information,
            ) => Self::of_text(information.message()),
            Error::RollbackErrorOnCommit { rollback_error, .. } => Self::of(rollback_error),
            _ => Self::Broken,
        }
    }

    fn of_text(text: &str) -> Self {
        let says = |texts: &[&str]| texts.iter().any(|part| text.contains(part));
        match () {
            () if says(CONFLICT) => Self::Conflict,
            () if says(TOO_SLOW) => Self::TooSlow,
            () if says(AWAY) => Self::Away,
            () => Self::Broken,
        }
    }
}
