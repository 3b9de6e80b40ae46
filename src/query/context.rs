//! What a query is asked against besides the catalog.

use std::sync::Arc;

use chrono::NaiveDate;

use super::ast::Status;
use crate::catalog::Set;

/// Today and the marks, as they are when the question is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// What relative dates count from.
    pub today: NaiveDate,
    /// Releases that were read.
    pub read: Arc<Set>,
    /// Releases that are starred.
    pub starred: Arc<Set>,
}

impl Context {
    /// Whether a release has a status.
    #[must_use]
    pub fn has(&self, status: Status, release: u32) -> bool {
        match status {
            Status::Unread => !self.read.has(release),
            Status::Read => self.read.has(release),
            Status::Starred => self.starred.has(release),
        }
    }
}
