//! The user's own topics, for queries that the library evaluates: watches, rules and feeds of saved queries.

use super::{Library, LibraryError};
use crate::query::{TopicDefinition, TopicDefinitions};

impl Library {
    /// Names the topics of the configuration, which the library does not store.
    pub fn set_topics(&mut self, topics: Vec<TopicDefinition>) {
        self.topics = topics;
    }

    /// Returns the definitions of the user's own topics.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn own_topics(&self) -> Result<TopicDefinitions, LibraryError> {
        Ok(TopicDefinitions::without_cycles(self.topics.clone()).0)
    }
}
