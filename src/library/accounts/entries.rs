//! The entries of an account: which ones a server has, and what is known of them here.

use rusqlite::{OptionalExtension, params};

use super::super::change::changed;
use super::super::{FeedKey, Flags, Library, LibraryError, SourceId};
use super::AccountId;
use super::bridge::Bridges;
use crate::text::CleanBuf;

/// The state of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// It is at the server, and its release was received.
    Here,
    /// It is no longer at the server.
    Gone,
    /// It was asked for this many times and did not come.
    Missing(u8),
    /// It was found by a search at the server, outside the part that is stored.
    Found,
    /// It was left out when the account was added.
    LeftOut,
}

/// The number of an entry that is at its server. Stored in files: never change the values.
pub(super) const HERE: i64 = 0;
/// The number of an entry that is no longer at its server; the triggers of the outbox use it too.
pub(super) const GONE: i64 = 1;
pub(super) const FOUND: i64 = 2;
pub(super) const LEFT_OUT: i64 = 3;
/// The number of an entry that was asked for and did not come; the number of times is added.
const MISSING: i64 = 16;
/// The highest number of times that is counted.
const MOST_TRIES: i64 = 200;

impl EntryState {
    pub(super) fn of_number(number: i64) -> Self {
        match number {
            GONE => Self::Gone,
            FOUND => Self::Found,
            LEFT_OUT => Self::LeftOut,
            MISSING.. => Self::Missing(u8::try_from(number - MISSING).unwrap_or(u8::MAX)),
            _ => Self::Here,
        }
    }
}

/// What is known of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownEntry {
    /// The entry at the server.
    pub remote: u64,
    /// Its state.
    pub state: EntryState,
    /// The marks that the server showed last.
    pub flags: Flags,
}

/// An entry outside of the part that is stored, which a search has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundEntry {
    /// Its account.
    pub account: AccountId,
    /// The entry at the server.
    pub remote: u64,
    /// The subscription of its feed.
    pub source: SourceId,
}

impl Library {
    /// Returns the entry of a release that only a search has found: the key of its feed, and its number there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn found_entry(&self, feed: &str, number: u64) -> Result<Option<FoundEntry>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT entries.account, remote, subscriptions.id FROM feeds
                 JOIN entries ON entries.feed = feeds.id AND number = ?2 AND state = ?3
                 JOIN accounts ON accounts.id = entries.account AND accounts.removed IS NULL
                 JOIN subscriptions ON subscriptions.feed = feeds.id WHERE feeds.key = ?1 LIMIT 1";
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_row(params![feed, number.cast_signed(), FOUND], |row| {
                let remote = row.get::<_, i64>(1)?.cast_unsigned();
                Ok(FoundEntry { account: row.get(0)?, remote, source: row.get(2)? })
            });
            found.optional()
        })
    }

    /// Records that a found entry is no longer at the server. From `now` on, in seconds since 1970, its release may
    /// expire.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn leave_found(&mut self, found: &FoundEntry, now: i64) -> Result<(), LibraryError> {
        self.bridges = Bridges::default();
        self.write(|connection| {
            let remote = found.remote.cast_signed();
            let sql = "UPDATE entries SET state = ?3 WHERE account = ?1 AND remote = ?2 AND state = ?4";
            if connection.execute(sql, params![found.account, remote, GONE, FOUND])? == 0 {
                return Ok(());
            }
            let sql = "UPDATE releases SET unlisted = ?4
                 WHERE subscription = (SELECT id FROM subscriptions WHERE id = ?3 AND NOT is_direct)
                     AND number = (SELECT number FROM entries WHERE account = ?1 AND remote = ?2)";
            connection.execute(sql, params![found.account, remote, found.source, now]).map(drop)
        })
    }

    /// Returns the known entries of an account, by number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn entry_states(&self, id: AccountId) -> Result<Vec<KnownEntry>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT remote, state, flags FROM entries WHERE account = ?1 ORDER BY remote";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([id])?;
            let mut known = Vec::new();
            while let Some(row) = rows.next()? {
                let remote = row.get::<_, i64>(0)?.cast_unsigned();
                let (state, flags) = (EntryState::of_number(row.get(1)?), Flags::of_number(row.get(2)?));
                known.push(KnownEntry { remote, state, flags });
            }
            // Numbers above half of the range are stored as negative ones.
            known.sort_unstable_by_key(|entry| entry.remote);
            Ok(known)
        })
    }

    /// Returns the release of each of these entries that is stored: the key of its feed, and its number there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn releases_of_entries(&self, id: AccountId, remotes: &[u64]) -> Result<Vec<(FeedKey, u64)>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT key, number FROM entries JOIN feeds ON feeds.id = entries.feed
                 WHERE account = ?1 AND remote = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut releases = Vec::new();
            for remote in remotes {
                let found = statement.query_row(params![id, remote.cast_signed()], |row| {
                    Ok((CleanBuf::line(&row.get::<_, String>(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
                });
                releases.extend(found.optional()?);
            }
            Ok(releases)
        })
    }

    /// Records entries that are left out. Entries that are known already stay as they are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn leave_out(&mut self, id: AccountId, remotes: &[u64]) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "INSERT INTO entries (account, remote, state) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            let mut insert = connection.prepare_cached(sql)?;
            remotes.iter().try_for_each(|remote| insert.execute(params![id, remote.cast_signed(), LEFT_OUT]).map(drop))
        })
    }

    /// Records that entries were asked for and did not come. Entries whose release was received stay as they are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn missed(&mut self, id: AccountId, remotes: &[u64]) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "INSERT INTO entries (account, remote, state) VALUES (?1, ?2, ?3 + 1)
                 ON CONFLICT (account, remote) DO UPDATE SET state = min(max(state, ?3) + 1, ?4) WHERE feed IS NULL";
            let mut insert = connection.prepare_cached(sql)?;
            let most = MISSING + MOST_TRIES;
            remotes
                .iter()
                .try_for_each(|remote| insert.execute(params![id, remote.cast_signed(), MISSING, most]).map(drop))
        })
    }

    /// Replaces the labels of an account: each with the entries that have it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_labels(&mut self, id: AccountId, labels: &[(CleanBuf, Vec<u64>)]) -> Result<(), LibraryError> {
        let mut wanted: Vec<(i64, &str)> = labels
            .iter()
            .flat_map(|(label, remotes)| remotes.iter().map(|remote| (remote.cast_signed(), label.as_str())))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        self.write(|connection| {
            let sql = "SELECT remote, label FROM entry_labels WHERE account = ?1 ORDER BY remote, label";
            let mut statement = connection.prepare_cached(sql)?;
            let known: Vec<(i64, String)> =
                statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
            if known.iter().map(|(remote, label)| (*remote, label.as_str())).eq(wanted.iter().copied()) {
                return Ok(());
            }
            connection.execute("DELETE FROM entry_labels WHERE account = ?1", [id])?;
            let sql = "INSERT INTO entry_labels (account, remote, label) VALUES (?1, ?2, ?3)";
            let mut insert = connection.prepare_cached(sql)?;
            for (remote, label) in &wanted {
                insert.execute(params![id, remote, label])?;
            }
            changed(connection)
        })
    }
}
