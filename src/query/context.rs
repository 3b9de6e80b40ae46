//! What a query needs besides the catalog.

use std::sync::Arc;

use chrono::NaiveDate;

use super::ast::Status;
use super::own_topics::TopicDefinitions;
use super::story::{Stories, story};
use crate::catalog::{Catalog, Facet, OwnTopics, ReleaseIndex, Set};

/// Today's date and the marks at the time of the request, and what to count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The date that relative dates count from.
    pub today: NaiveDate,
    /// The read releases.
    pub read: Arc<Set>,
    /// The starred releases.
    pub starred: Arc<Set>,
    /// The releases that have earlier versions.
    pub changed: Arc<Set>,
    /// The facets to be counted besides those of every feed.
    pub facets: Arc<[Facet]>,
    /// Releases that a server found for the words of the query: their texts are not tested.
    pub found: Arc<Set>,
    /// The stories that are known; others are looked for.
    pub stories: Stories,
    /// The definitions of the user's own topics.
    pub definitions: TopicDefinitions,
    /// The releases of these topics, if they are known; a search looks for them.
    pub own_topics: OwnTopics,
}

impl Context {
    /// Whether a release has a status.
    #[must_use]
    pub fn has(&self, status: Status, release: ReleaseIndex) -> bool {
        match status {
            Status::Unread => !self.read.has(release),
            Status::Read => self.read.has(release),
            Status::Starred => self.starred.has(release),
            Status::Changed => self.changed.has(release),
        }
    }

    /// The parts of the story of the releases with an id.
    #[must_use]
    pub(super) fn story(&self, catalog: &Catalog, id: &str) -> Arc<Set> {
        let looked_for = || story(catalog, &catalog.with_id(id), &mut || false).unwrap_or_default();
        self.stories.get(id).unwrap_or_else(|| Arc::new(looked_for()))
    }
}
