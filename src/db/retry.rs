//! Whether a statement that failed is worth another try.

use diesel::result::{DatabaseErrorKind, Error};

/// How to try again after an error, if at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// On another connection: this one is gone, or the server refuses it.
    Reconnect,
    /// On the same connection: the transaction was rolled back in favour of another one.
    Transaction,
    /// Not at all: it hit the time limit, and would again.
    TooSlow,
    /// Not at all: it would fail the same way.
    Fatal,
}

// Errors that come with a lost connection, or from a server that cannot write now. diesel-async keeps only their
// texts, which every connection asks for in English (MySQL Server Error Reference; MariaDB words some differently).
const RECONNECT: &[&str] = &[
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

const TRANSACTION: &[&str] = &[
    "Deadlock found",                     // 1213
    "Lock wait timeout exceeded",         // 1205
    "Record has changed since last read", // 1020, MariaDB 11
];

impl Retry {
    pub fn of(error: &Error) -> Self {
        match error {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _)
            | Error::BrokenTransactionManager => Self::Reconnect,
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Transaction,
            Error::DatabaseError(
                DatabaseErrorKind::Unknown | DatabaseErrorKind::ReadOnlyTransaction,
                information,
            ) => Self::of_text(information.message()),
            Error::RollbackErrorOnCommit { rollback_error, .. } => Self::of(rollback_error),
            _ => Self::Fatal,
        }
    }

    fn of_text(text: &str) -> Self {
        let says = |texts: &[&str]| texts.iter().any(|part| text.contains(part));
        match () {
            () if says(TRANSACTION) => Self::Transaction,
            () if says(TOO_SLOW) => Self::TooSlow,
            () if says(RECONNECT) => Self::Reconnect,
            () => Self::Fatal,
        }
    }
}
