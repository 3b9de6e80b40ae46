//! Hosts that asked for a pause. It lasts across restarts and covers all their feeds.

use rusqlite::params;

use super::{Library, LibraryError};

/// A host that must not be asked before a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPause {
    /// Its name, with the port unless it is the default one.
    pub host: String,
    /// The end of the pause, in seconds since 1970.
    pub until: i64,
    /// The HTTP status that asked for it, such as 429.
    pub status: u16,
}

impl Library {
    /// Returns the pauses that are not over at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pauses(&self, now: i64) -> Result<Vec<HostPause>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT host, until, status FROM pauses WHERE until > ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let pause =
                |row: &rusqlite::Row<'_>| Ok(HostPause { host: row.get(0)?, until: row.get(1)?, status: row.get(2)? });
            statement.query_map([now], pause)?.collect()
        })
    }

    /// Stores pauses, each replacing an earlier one of its host, and deletes those that are over at `now`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_pauses(&mut self, pauses: &[HostPause], now: i64) -> Result<(), LibraryError> {
        self.write(|connection| {
            connection.execute("DELETE FROM pauses WHERE until <= ?1", [now])?;
            let sql = "INSERT INTO pauses (host, until, status) VALUES (?1, ?2, ?3)
                 ON CONFLICT (host) DO UPDATE SET until = ?2, status = ?3";
            let mut statement = connection.prepare_cached(sql)?;
            pauses.iter().try_for_each(|HostPause { host, until, status }| {
                statement.execute(params![host, until, status]).map(drop)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::library;
    use super::*;

    #[test]
    fn a_pause_is_stored_until_it_is_over() {
        let (_folder, mut library) = library();
        let pause = |host: &str, until| HostPause { host: host.to_owned(), until, status: 429 };
        library.keep_pauses(&[pause("a.invalid", 10), pause("b.invalid:81", 20)], 5).expect("written");
        library.keep_pauses(&[pause("b.invalid:81", 30)], 5).expect("written");
        assert_eq!(library.pauses(5).expect("read"), [pause("a.invalid", 10), pause("b.invalid:81", 30)]);
        assert_eq!(library.pauses(10).expect("read"), [pause("b.invalid:81", 30)]);
        library.keep_pauses(&[], 30).expect("written");
        assert_eq!(library.pauses(0).expect("read"), []);
    }
}
