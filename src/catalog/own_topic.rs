//! The user's own topics. No release stores them: each is a set of releases that match a query.

use std::sync::Arc;

use super::{Catalog, ReleaseIndex, Set};
use crate::text::{CleanBuf, fold_name};

/// A topic that the user has defined, with its releases in a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTopic {
    /// Its name.
    pub name: CleanBuf,
    /// Its releases.
    pub releases: Arc<Set>,
}

impl OwnTopic {
    /// Whether a folded text is its name.
    #[must_use]
    pub fn is_named(&self, folded: &str) -> bool {
        fold_name(self.name.as_str()) == folded
    }
}

/// The user's own topics in a catalog. Cloning is cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnTopics(Arc<[OwnTopic]>);

impl OwnTopics {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All topics, in the order of their definitions.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &OwnTopic> {
        self.0.iter()
    }

    /// The topics of a release.
    pub fn of(&self, release: ReleaseIndex) -> impl Iterator<Item = &OwnTopic> {
        self.0.iter().filter(move |topic| topic.releases.has(release))
    }
}

impl FromIterator<OwnTopic> for OwnTopics {
    fn from_iter<T: IntoIterator<Item = OwnTopic>>(topics: T) -> Self {
        Self(topics.into_iter().collect())
    }
}

impl Catalog {
    /// The user's own topics, if this catalog was given them.
    #[must_use]
    pub fn own_topics(&self) -> &OwnTopics {
        &self.own_topics
    }

    /// Returns a copy that shares everything and names the user's own topics of each release.
    #[must_use]
    pub fn with_own_topics(&self, own_topics: OwnTopics) -> Self {
        Self { own_topics, ..self.clone() }
    }
}
