//! Small state: sessions, saved queries, settings.

use rusqlite::{OptionalExtension, params};

use super::change::{QUERIES, count_up};
use super::{Library, LibraryError, Rule, WatchId, watches};

/// A saved query.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SavedQuery {
    /// Its unique name.
    pub name: String,
    /// The query as text.
    pub query: String,
    /// Its watch, if it is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<WatchId>,
    /// The number of its feed, once it was written as one; see [`Library::feed_uri`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<i64>,
    /// What happens to releases that arrive for it, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Whether it is a topic of the user's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_topic: bool,
}

impl SavedQuery {
    /// A query that is not watched and has no rule.
    #[must_use]
    pub fn new(name: &str, query: &str) -> Self {
        Self { name: name.to_owned(), query: query.to_owned(), ..Self::default() }
    }
}

/// The maximum number of sessions; the least recently used one is deleted first.
const SESSIONS: i64 = 500;

impl Library {
    /// Returns the session with this name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn session(&self, name: &str) -> Result<Option<String>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT data FROM sessions WHERE name = ?1";
            connection.query_row(sql, [name], |row| row.get(0)).optional()
        })
    }

    /// Stores a session. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_session(&mut self, name: &str, data: &str, now: i64) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "INSERT INTO sessions (name, data, used) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET data = ?2, used = ?3";
            connection.execute(sql, params![name, data, now])?;
            let sql = "DELETE FROM sessions WHERE name NOT IN (SELECT name FROM sessions ORDER BY used DESC LIMIT ?1)";
            connection.execute(sql, [SESSIONS])?;
            Ok(())
        })
    }

    /// Returns the saved queries, in the order in which they were first saved.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn queries(&self) -> Result<Vec<SavedQuery>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT name, query, watch, feed, rule, actions, is_topic FROM queries ORDER BY position, name";
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map([], |row| {
                let (name, query, watch, feed) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(SavedQuery { name, query, watch, feed, rule: watches::rule_of(row, 4)?, is_topic: row.get(6)? })
            })?;
            rows.collect()
        })
    }

    /// Saves a query; an existing one with this name is replaced and keeps its position.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_query(&mut self, saved: &SavedQuery) -> Result<(), LibraryError> {
        self.write(|connection| {
            let (watch, rule) = watches::of_new_text(connection, &saved.name, &saved.query)?;
            let sql = "INSERT INTO queries (name, query, position, watch, rule, actions)
                 VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM queries), ?3, ?4, ?5)
                 ON CONFLICT (name) DO UPDATE SET query = ?2, watch = ?3, rule = ?4, actions = ?5";
            let (id, actions) = (rule.map(|rule| rule.id), rule.map(|rule| rule.actions));
            connection.execute(sql, params![saved.name, saved.query, watch, id, actions])?;
            count_up(connection, QUERIES).map(drop)
        })
    }

    /// Renames a saved query; an existing one with the new name is replaced.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn rename_query(&mut self, name: &str, to: &str) -> Result<(), LibraryError> {
        self.write(|connection| {
            if name != to {
                connection.execute("DELETE FROM queries WHERE name = ?1", [to])?;
                connection.execute("UPDATE queries SET name = ?2 WHERE name = ?1", [name, to])?;
                count_up(connection, QUERIES)?;
            }
            Ok(())
        })
    }

    /// Deletes a saved query; returns whether it existed.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn drop_query(&mut self, name: &str) -> Result<bool, LibraryError> {
        self.write(|connection| {
            let is_gone = connection.execute("DELETE FROM queries WHERE name = ?1", [name])? > 0;
            count_up(connection, QUERIES)?;
            Ok(is_gone)
        })
    }

    /// Returns a setting, if it is set.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT value FROM settings WHERE name = ?1";
            connection.query_row(sql, [name], |row| row.get(0)).optional()
        })
    }

    /// Sets or clears a setting.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "INSERT INTO settings (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = ?2";
            match value {
                Some(value) => connection.execute(sql, [name, value]).map(drop),
                None => connection.execute("DELETE FROM settings WHERE name = ?1", [name]).map(drop),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::library;
    use super::*;

    #[test]
    fn sessions_queries_and_settings_are_stored() {
        let (_folder, mut library) = library();
        library.keep_session("a", "1", 1).expect("written");
        library.keep_session("a", "2", 2).expect("written");
        assert_eq!(library.session("a").expect("read").as_deref(), Some("2"));
        assert_eq!(library.session("b").expect("read"), None);
        let saved = SavedQuery::new;
        for one in [saved("b", "x"), saved("a", "y"), saved("b", "z")] {
            library.save_query(&one).expect("written");
        }
        assert_eq!(library.queries().expect("read"), [saved("b", "z"), saved("a", "y")]);
        library.rename_query("a", "c").expect("written");
        library.rename_query("b", "c").expect("written");
        assert_eq!(library.queries().expect("read"), [saved("c", "z")]);
        library.rename_query("c", "b").expect("written");
        assert!(library.drop_query("b").expect("written") && !library.drop_query("b").expect("written"));
        library.set("keep", Some("90")).expect("written");
        assert_eq!(library.setting("keep").expect("read").as_deref(), Some("90"));
        library.set("keep", None).expect("written");
        assert_eq!(library.setting("keep").expect("read"), None);
    }

    #[test]
    fn the_least_recently_used_sessions_are_deleted() {
        let (_folder, mut library) = library();
        for n in 0..=SESSIONS {
            library.keep_session(&n.to_string(), "", n).expect("written");
        }
        assert_eq!(library.session("0").expect("read"), None);
        assert!(library.session("1").expect("read").is_some());
    }
}
