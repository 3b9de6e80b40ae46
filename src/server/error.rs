//! Why a request to a sync server failed, in words for the user.

use std::time::Duration;

use crate::net::fetch::{FetchError, Kind};
use crate::text::CleanBuf;

/// Why a request to a sync server failed. The messages follow the name of the account and a colon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// No connection, no complete answer, or the fetch was not wanted.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The server does not accept the key or the password (401). It stays stored: a database that is down may answer so.
    #[error("login refused; check the {secret}")]
    Refused {
        /// What the user has to check: "API key" or "API password".
        secret: &'static str,
    },
    /// There is no such API below the address.
    #[error("no {api} at {address}; check the address")]
    NoApi {
        /// The name of the API.
        api: &'static str,
        /// The address that was tried.
        address: CleanBuf,
    },
    /// The administrator has not allowed the API.
    #[error("API access is off; ask the administrator to allow it")]
    ApiOff,
    /// The web server drops the header that carries the login.
    #[error("the web server does not pass on the Authorization header; ask the administrator to allow it")]
    NoHeader,
    /// The server is too old.
    #[error("this version of {server} is too old; please update it to {least} or newer")]
    TooOld {
        /// The name of the server.
        server: &'static str,
        /// The first version that works.
        least: &'static str,
    },
    /// The server redirects to another address, which is not followed because it would receive the secret.
    #[error("moved to {to}; add the account with that address")]
    Moved {
        /// The new address.
        to: CleanBuf,
    },
    /// The server is in maintenance.
    #[error("the server is under maintenance; try again later")]
    Maintenance,
    /// The server failed (5xx).
    #[error("the server failed ({status}){}", after_colon(.reason))]
    Failed {
        /// The HTTP status.
        status: u16,
        /// The server's reason; may be empty.
        reason: CleanBuf,
    },
    /// The server asks to wait (429, 503 with `Retry-After`).
    #[error("the server asks to wait ({status})")]
    Busy {
        /// The HTTP status.
        status: u16,
        /// For how many seconds, if it says so.
        seconds: Option<u64>,
    },
    /// The server refuses what was asked, and says why.
    #[error("{reason}")]
    Rejected {
        /// The server's reason.
        reason: CleanBuf,
    },
    /// The answer is not what this request returns.
    #[error("unexpected answer to {request}: {reason}")]
    Unexpected {
        /// The request, such as `GET /v1/feeds`, without its parameters.
        request: CleanBuf,
        /// What is wrong with the answer.
        reason: CleanBuf,
    },
    /// A list changed so often while it was read that it could not be completed.
    #[error("the list of entries changed too often while it was read; try again")]
    Unstable,
    /// The server cannot search.
    #[error("the server has no search")]
    NoSearch,
}

impl ServerError {
    /// Whether nothing failed: tidings is offline, the user cancelled, or the host is left alone because it asked for it.
    #[must_use]
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Fetch(FetchError::Paused { .. }))
            || matches!(self, Self::Fetch(error) if error.kind() == Kind::Own)
    }

    /// How long the server asks to wait, if it does.
    #[must_use]
    pub fn asks_to_wait(&self) -> Option<Duration> {
        match self {
            Self::Busy { seconds, .. } => seconds.map(Duration::from_secs),
            Self::Fetch(error) => error.retry_after(),
            _ => None,
        }
    }
}

fn after_colon(reason: &CleanBuf) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}
