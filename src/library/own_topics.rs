//! The user's own topics, for queries that the library evaluates: watches, rules and feeds of saved queries.

use super::{Library, LibraryError};
use crate::query::{MOST_TOPICS, TopicDefinition, TopicDefinitions, parse};
use crate::text::CleanBuf;

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
        let stored = self.saved_topics()?;
        Ok(TopicDefinitions::without_cycles(self.topics.iter().cloned().chain(stored).collect()).0)
    }

    /// Returns the saved queries that are topics. One that this version cannot read is none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn saved_topics(&self) -> Result<Vec<TopicDefinition>, LibraryError> {
        let saved = self.queries()?.into_iter().filter(|saved| saved.is_topic);
        let definition = |name: &str, query: &str| {
            let query = parse(query).ok().filter(|query| !query.is_empty())?;
            Some(TopicDefinition { name: CleanBuf::line(name), query })
        };
        Ok(saved.filter_map(|saved| definition(&saved.name, &saved.query)).take(MOST_TOPICS).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::library;
    use super::super::{Direction, Edit, SavedQuery};
    use super::*;

    fn topics(library: &Library) -> Vec<String> {
        let topics = library.own_topics().expect("read");
        topics.iter().map(|topic| format!("{}={}", topic.name, topic.query)).collect()
    }

    #[test]
    fn saved_queries_are_made_topics_and_stay_so_under_another_name_or_text() {
        let (_folder, mut library) = library();
        for (name, query) in [("rent", "rent OR flat"), ("city", "topic:rent tram"), ("odd", "(a")] {
            library.save_query(&SavedQuery::new(name, query)).expect("written");
        }
        let edit = |library: &mut Library, edit: Edit| library.edit(&edit, "edited", 7).expect("written");
        let topic = |name: &str, on| Edit::Topic { name: name.to_owned(), on };
        assert!(topics(&library).is_empty());
        edit(&mut library, topic("city", true));
        let step = edit(&mut library, topic("rent", true)).expect("a change");
        edit(&mut library, topic("odd", true));
        assert_eq!(edit(&mut library, topic("rent", true)), None, "nothing changes");
        assert_eq!(topics(&library), ["rent=(rent OR flat)", "city=topic:rent tram"]);
        library.turn(step, Direction::Undo).expect("written");
        assert_eq!(topics(&library), ["city=topic:rent tram"]);
        library.turn(step, Direction::Redo).expect("written");
        edit(&mut library, Edit::SaveQuery { name: "rent".to_owned(), query: "rent".to_owned() });
        edit(&mut library, Edit::RenameQuery { name: "city".to_owned(), to: "town".to_owned() });
        assert_eq!(topics(&library), ["rent=rent", "town=topic:rent tram"]);
        library.save_query(&SavedQuery::new("rent", "lease")).expect("written");
        let of_configuration = |name: &str, query: &str| TopicDefinition {
            name: CleanBuf::line(name),
            query: parse(query).expect("a query"),
        };
        library.set_topics(vec![of_configuration("Town", "bus"), of_configuration("loop", "topic:rent")]);
        assert_eq!(topics(&library), ["Town=bus", "rent=lease", "loop=topic:rent"], "the configuration comes first");
        library.save_query(&SavedQuery::new("rent", "topic:loop")).expect("written");
        assert_eq!(topics(&library), ["Town=bus", "loop=topic:rent"], "what leads back to itself is left out");
    }
}
