//! The outbox: marks that were made here and that the server has not shown yet.

use rusqlite::{Connection, params};

use super::super::{Flags, Library, LibraryError};
use super::AccountId;

/// After this many complete syncs without its entry, a mark rests: it is sent only if the entry comes back.
pub(super) const MOST_ABSENT: u32 = 2;

/// A mark in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The entry at the server.
    pub remote: u64,
    /// The mark.
    pub flag: Flags,
    /// Whether it is set or cleared.
    pub value: bool,
    /// The number of the change that made it.
    pub change: i64,
    /// How often it was sent without the server showing it.
    pub tries: u32,
}

impl Library {
    /// Returns the outbox of an account, by entry, without the marks that rest because their entries have left the server.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn outbox(&self, id: AccountId) -> Result<Vec<Waiting>, LibraryError> {
        self.read(|connection| {
            let rows = rows(connection, id)?.into_iter();
            Ok(rows.filter(|(_, absent)| *absent < MOST_ABSENT).map(|(waiting, _)| waiting).collect())
        })
    }
}

/// Returns the rows of an account by entry, and in how many complete syncs in a row their entry was missing.
pub(super) fn rows(connection: &Connection, id: AccountId) -> rusqlite::Result<Vec<(Waiting, u32)>> {
    let sql = "SELECT remote, flag, value, change, tries, absent FROM outbox WHERE account = ?1 ORDER BY remote, flag";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([id], |row| {
        let waiting = Waiting {
            remote: row.get::<_, i64>(0)?.cast_unsigned(),
            flag: Flags::of_number(row.get(1)?),
            value: row.get(2)?,
            change: row.get(3)?,
            tries: row.get(4)?,
        };
        Ok((waiting, row.get(5)?))
    })?;
    rows.collect()
}

/// Adds a mark that differs from what the server shows.
pub(super) fn queue(
    connection: &Connection,
    id: AccountId,
    remote: u64,
    (flag, value): (Flags, bool),
    change: i64,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO outbox (account, remote, flag, value, change) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (account, remote, flag) DO UPDATE SET value = ?4, change = ?5, tries = 0, absent = 0";
    let values = params![id, remote.cast_signed(), flag.number(), value, change];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}
