//! Removing an account, and undoing that. The rows of a removed account stay for some weeks.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::super::change::changed;
use super::super::history::{Direction, Edit, StepNumber};
use super::super::{Library, LibraryError, SourceId};
use super::{AccountId, is_name_taken, watch_marks};

impl Library {
    /// Removes an account, as a step that can be undone; `what` describes it. Its feeds stay with their releases and
    /// marks; with `delete_releases`, feeds that are followed in no other way are removed like subscriptions, so that their
    /// releases are deleted later. Returns the step; `None` if there is no such account. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remove_account(
        &mut self,
        id: AccountId,
        delete_releases: bool,
        what: &str,
        now: i64,
    ) -> Result<Option<StepNumber>, LibraryError> {
        self.edit(&Edit::RemoveAccount { id, delete_releases }, what, now)
    }
}

/// A removed account. Stored as JSON in users' files: never rename anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    id: AccountId,
    /// Numbers of deleted accounts are used again.
    name: String,
    at: i64,
    /// The subscriptions that were removed with it.
    sources: Vec<SourceId>,
}

impl Removal {
    /// Removes an account. Returns what was removed, if anything.
    pub fn make(
        connection: &Connection,
        id: AccountId,
        delete_releases: bool,
        now: i64,
    ) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT name FROM accounts WHERE id = ?1 AND removed IS NULL";
        let Some(name) = connection.query_row(sql, [id], |row| row.get(0)).optional()? else { return Ok(None) };
        let sql = "SELECT DISTINCT subscription FROM account_feeds AS own
             JOIN subscriptions ON subscriptions.id = subscription
             WHERE own.account = ?1 AND NOT is_direct AND subscriptions.removed IS NULL AND NOT EXISTS (
                 SELECT 1 FROM account_feeds AS others JOIN accounts ON accounts.id = others.account
                 WHERE others.subscription = own.subscription AND others.account <> ?1 AND accounts.removed IS NULL)";
        let mut statement = connection.prepare(sql)?;
        let sources = if delete_releases {
            statement.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
        } else {
            Vec::new()
        };
        let removal = Self { id, name, at: now, sources };
        removal.set(connection, Some(now))?;
        Ok(Some(removal))
    }

    /// Restores the account, or removes it again. Returns whether that was possible.
    pub fn turn(&self, connection: &Connection, direction: Direction) -> rusqlite::Result<bool> {
        let sql = "SELECT removed FROM accounts WHERE id = ?1 AND name = ?2";
        let mut statement = connection.prepare(sql)?;
        let found = statement.query_row(params![self.id, self.name], |row| row.get::<_, Option<i64>>(0)).optional()?;
        let is_redo = direction == Direction::Redo;
        let is_as_left = found == Some(Some(self.at).filter(|_| !is_redo));
        if !is_as_left || (!is_redo && is_name_taken(connection, &self.name)?) {
            return Ok(false);
        }
        self.set(connection, Some(self.at).filter(|_| is_redo))?;
        Ok(true)
    }

    fn set(&self, connection: &Connection, removed: Option<i64>) -> rusqlite::Result<()> {
        connection.execute("UPDATE accounts SET removed = ?2 WHERE id = ?1", params![self.id, removed])?;
        // A subscription that was restored or removed since then stays as it is.
        let sql = "UPDATE subscriptions SET removed = ?2 WHERE id = ?1 AND removed IS ?3";
        let mut update = connection.prepare(sql)?;
        let before = if removed.is_some() { None } else { Some(self.at) };
        for source in &self.sources {
            update.execute(params![source, removed, before])?;
        }
        changed(connection)
    }
}

/// Deletes accounts that were removed before a time, with everything that belongs to them alone. The releases stay, and
/// may expire from the time of the removal.
pub(in crate::library) fn delete_removed(connection: &Connection, before: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT id, removed FROM accounts WHERE removed < ?1")?;
    let removed: Vec<(AccountId, i64)> =
        statement.query_map([before], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    if removed.is_empty() {
        return Ok(());
    }
    for (id, at) in removed {
        let sql = "UPDATE releases SET unlisted = ?2 WHERE unlisted IS NULL AND EXISTS (
                 SELECT 1 FROM subscriptions JOIN entries ON entries.feed = subscriptions.feed
                 WHERE subscriptions.id = releases.subscription AND NOT is_direct
                     AND entries.number = releases.number AND entries.account = ?1)";
        connection.execute(sql, params![id, at])?;
        for table in ["entry_labels", "outbox", "entries", "account_feeds"] {
            connection.execute(&format!("DELETE FROM {table} WHERE account = ?1"), [id])?;
        }
        connection.execute("DELETE FROM accounts WHERE id = ?1", [id])?;
    }
    watch_marks(connection)
}
