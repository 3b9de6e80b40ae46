//! Saved queries as feeds: the id of each feed, and the files that each sync brings up to date.
//!
//! A query gets the id of its feed when it is first written as one. It keeps the id when it is renamed or gets another
//! text. The files of a query that was deleted are no longer written, and are again if the deletion is undone.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::change::{COPY, MARKS, QUERIES, RELEASES, counter};
use super::{Library, LibraryError};
use crate::release::identity::uuid;

/// A file that holds a saved query as a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFeed {
    /// Its absolute path.
    pub file: String,
    /// The name of the query.
    pub name: String,
    /// The query as text.
    pub query: String,
    /// The id of the feed, a URI.
    pub uri: String,
    /// The name of the format.
    pub format: String,
    /// The most releases in it.
    pub most: usize,
    /// The address where it is published; empty if unknown.
    pub address: String,
    /// From which state of the library it was last written; see [`Library::feed_state`].
    pub state: String,
}

impl Library {
    /// Returns the id of a saved query as a feed; `None` if there is no such query.
    ///
    /// # Errors
    /// When the file cannot be read, or the id is new and cannot be written.
    pub fn feed_uri(&mut self, name: &str) -> Result<Option<String>, LibraryError> {
        let known = self.read(|connection| {
            let sql = "SELECT uri FROM queries LEFT JOIN query_feeds ON query_feeds.id = queries.feed WHERE name = ?1";
            connection.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()
        })?;
        match known {
            None => Ok(None),
            Some(Some(uri)) => Ok(Some(uri)),
            // The same id as soon as it can be written.
            Some(None) if self.read_only().is_some() => self.read(|connection| free_uri(connection, name)).map(Some),
            Some(None) => self.write(|connection| {
                let uri = free_uri(connection, name)?;
                connection.prepare_cached("INSERT INTO query_feeds (uri) VALUES (?1)")?.execute([&uri])?;
                let sql = "UPDATE queries SET feed = ?2 WHERE name = ?1";
                connection.prepare_cached(sql)?.execute(params![name, connection.last_insert_rowid()])?;
                Ok(Some(uri))
            }),
        }
    }

    /// Returns the files to bring up to date, in the order of the saved queries.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn kept_feeds(&self) -> Result<Vec<KeptFeed>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT file, name, query, uri, format, most, address, state FROM kept_feeds
                 JOIN queries ON queries.feed = kept_feeds.feed JOIN query_feeds ON query_feeds.id = kept_feeds.feed
                 ORDER BY position, name, file";
            connection.prepare_cached(sql)?.query_map([], kept_feed)?.collect()
        })
    }

    /// Has each sync write a saved query to a file. The query must have an id: see [`Library::feed_uri`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_feed(&mut self, kept: &KeptFeed) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "INSERT OR REPLACE INTO kept_feeds (file, feed, format, most, address, state)
                 VALUES (?1, (SELECT id FROM query_feeds WHERE uri = ?2), ?3, ?4, ?5, ?6)";
            let most = i64::try_from(kept.most).unwrap_or(i64::MAX);
            let values = params![kept.file, kept.uri, kept.format, most, kept.address, kept.state];
            connection.prepare_cached(sql)?.execute(values).map(drop)
        })
    }

    /// Leaves a file alone from now on. Returns whether a sync would have written it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn stop_keeping_feed(&mut self, file: &str) -> Result<bool, LibraryError> {
        self.write(|connection| {
            Ok(connection.prepare_cached("DELETE FROM kept_feeds WHERE file = ?1")?.execute([file])? > 0)
        })
    }

    /// Records from which state a file was written.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_feed_state(&mut self, file: &str, state: &str) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "UPDATE kept_feeds SET state = ?2 WHERE file = ?1";
            connection.prepare_cached(sql)?.execute([file, state]).map(drop)
        })
    }

    /// Describes the present state: while it is the same, a query finds the same on the same day.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn feed_state(&self) -> Result<String, LibraryError> {
        self.read_at_once(|connection| {
            let numbers = [COPY, RELEASES, MARKS, QUERIES].map(|name| counter(connection, name));
            let numbers: Vec<String> =
                numbers.into_iter().map(|number| Ok(number?.to_string())).collect::<rusqlite::Result<_>>()?;
            Ok(numbers.join(" "))
        })
    }
}

/// Returns an id that no feed has. It follows from the name, so that a library made anew gives the same.
fn free_uri(connection: &Connection, name: &str) -> rusqlite::Result<String> {
    let mut is_taken = connection.prepare_cached("SELECT 1 FROM query_feeds WHERE uri = ?1")?;
    for attempt in 0_u64.. {
        let uri = uuid(&["query", name, &attempt.to_string()]);
        if !is_taken.exists([&uri])? {
            return Ok(uri);
        }
    }
    Ok(String::new())
}

fn kept_feed(row: &Row<'_>) -> rusqlite::Result<KeptFeed> {
    Ok(KeptFeed {
        file: row.get(0)?,
        name: row.get(1)?,
        query: row.get(2)?,
        uri: row.get(3)?,
        format: row.get(4)?,
        most: usize::try_from(row.get::<_, i64>(5)?).unwrap_or_default(),
        address: row.get(6)?,
        state: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::library;
    use super::super::{Direction, Edit, SavedQuery};
    use super::*;

    fn kept(library: &mut Library, name: &str, file: &str) -> KeptFeed {
        let uri = library.feed_uri(name).expect("written").expect("a query");
        let kept = KeptFeed {
            file: file.to_owned(),
            name: name.to_owned(),
            query: "tea".to_owned(),
            uri,
            format: "atom".to_owned(),
            most: 7,
            address: String::new(),
            state: String::new(),
        };
        library.keep_feed(&kept).expect("written");
        kept
    }

    #[test]
    fn a_feed_keeps_its_id_when_its_query_is_renamed_replaced_or_restored() {
        let (_folder, mut library) = library();
        assert_eq!(library.feed_uri("Tea").expect("read"), None);
        library.save_query(&SavedQuery::new("Tea", "tea")).expect("written");
        let uri = library.feed_uri("Tea").expect("written");
        assert!(uri.as_deref().is_some_and(|uri| uri.starts_with("urn:uuid:")));
        assert_eq!(library.feed_uri("Tea").expect("read"), uri);
        let rename = Edit::RenameQuery { name: "Tea".to_owned(), to: "Green".to_owned() };
        library.edit(&rename, "", 0).expect("written");
        library.save_query(&SavedQuery::new("Green", "green tea")).expect("written");
        let save = Edit::SaveQuery { name: "Green".to_owned(), query: "matcha".to_owned() };
        library.edit(&save, "", 0).expect("written");
        assert_eq!(library.feed_uri("Green").expect("read"), uri);
        let step = library.edit(&Edit::DropQuery { name: "Green".to_owned() }, "", 0).expect("written");
        library.turn(step.expect("a step"), Direction::Undo).expect("written");
        assert_eq!(library.feed_uri("Green").expect("read"), uri);
        library.rename_query("Green", "Leaf").expect("written");
        assert_eq!(library.feed_uri("Leaf").expect("read"), uri);
        // Another query of the first name is another feed.
        library.save_query(&SavedQuery::new("Tea", "tea")).expect("written");
        let other = library.feed_uri("Tea").expect("written");
        assert!(other.is_some() && other != uri);
    }

    #[test]
    fn writing_a_query_as_a_feed_does_not_stand_in_the_way_of_undoing() {
        let (_folder, mut library) = library();
        library.save_query(&SavedQuery::new("Tea", "tea")).expect("written");
        let rename = Edit::RenameQuery { name: "Tea".to_owned(), to: "Green".to_owned() };
        let step = library.edit(&rename, "", 0).expect("written").expect("a step");
        let uri = library.feed_uri("Green").expect("written");
        let turned = library.turn(step, Direction::Undo).expect("written");
        assert_eq!(turned.extent, super::super::Extent::All);
        assert_eq!(library.feed_uri("Tea").expect("read"), uri);
    }

    #[test]
    fn files_follow_their_queries() {
        let (_folder, mut library) = library();
        library.save_query(&SavedQuery::new("Tea", "tea")).expect("written");
        let mut one = kept(&mut library, "Tea", "/a.xml");
        assert_eq!(library.kept_feeds().expect("read"), [one.clone()]);
        library.rename_query("Tea", "Green").expect("written");
        library.set_feed_state("/a.xml", "1 2").expect("written");
        (one.name, one.state) = ("Green".to_owned(), "1 2".to_owned());
        assert_eq!(library.kept_feeds().expect("read"), [one.clone()]);
        let drop = Edit::DropQuery { name: "Green".to_owned() };
        let step = library.edit(&drop, "", 0).expect("written").expect("a step");
        assert_eq!(library.kept_feeds().expect("read"), []);
        library.turn(step, Direction::Undo).expect("written");
        assert_eq!(library.kept_feeds().expect("read"), [one]);
        assert!(library.stop_keeping_feed("/a.xml").expect("written"));
        assert!(!library.stop_keeping_feed("/a.xml").expect("written"));
        assert_eq!(library.kept_feeds().expect("read"), []);
    }

    #[test]
    fn the_state_changes_with_marks_and_queries_and_not_with_the_feeds_themselves() {
        let (_folder, mut library) = library();
        library.save_query(&SavedQuery::new("Tea", "tea")).expect("written");
        let state = library.feed_state().expect("read");
        kept(&mut library, "Tea", "/a.xml");
        assert_eq!(library.feed_state().expect("read"), state);
        library.mark(super::super::Flags::READ, true, [("file:a", 1)]).expect("written");
        assert_ne!(library.feed_state().expect("read"), state);
    }
}
