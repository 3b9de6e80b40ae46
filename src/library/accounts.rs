//! Accounts at sync servers: which feeds the user follows through them, which entries a server has, and which marks still
//! have to be sent to it.
//!
//! An entry of an account belongs to a release that is stored once, however many sources list it, so its marks are
//! those of the release. This module knows no server: it receives feeds, entries and lists of ids, and decides what
//! they change here. What was marked here and has not been shown by the server yet wins; otherwise the server wins.

mod bridge;
mod entries;
mod feeds;
mod kind;
mod outbox;
mod removal;
mod state;
mod take;
#[cfg(test)]
pub(super) mod tests;

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) use bridge::{Bridges, ItemBridge};
pub use entries::{EntryState, FoundEntry, KnownEntry};
pub(super) use feeds::links;
pub use feeds::{AccountFeed, AccountLink};
pub use kind::{AccountKind, Take};
pub use outbox::Waiting;
pub(super) use removal::{Removal, delete_removed};
pub use state::{ServerState, StateApplied};
pub use take::{NewEntry, TakenEntries};

use super::change::changed;
use super::{Library, LibraryError, schema};
use crate::text::CleanBuf;

/// The number of an account in its library; it never changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct AccountId(i64);

impl AccountId {
    /// The account with this row number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }
}

impl ToSql for AccountId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for AccountId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

/// A stored account. Times are in seconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Its permanent number.
    pub id: AccountId,
    /// The kind of its server.
    pub kind: AccountKind,
    /// Its unique name.
    pub name: CleanBuf,
    /// The address of the API.
    pub address: CleanBuf,
    /// The user's name at the server; empty if the server needs none.
    pub user: CleanBuf,
    /// The command that prints the secret; `None` if tidings keeps it.
    pub secret_command: Option<String>,
    /// Which of the entries that the server had when the account was added are stored.
    pub take: Take,
    /// Entries with an id at or below this one were left out when the account was added, unless they were starred.
    /// `None` until that is decided, and if everything is taken.
    pub floor: Option<u64>,
    /// The number of entries at the server after the last complete sync.
    pub total: Option<u64>,
    /// The greatest id at the server after the last complete sync.
    pub greatest: Option<u64>,
    /// When the list of all entries was last read.
    pub listed: Option<i64>,
    /// When edited entries were last looked for.
    pub edits: Option<i64>,
    /// When the last complete sync began.
    pub watermark: Option<i64>,
    /// When it was last synced.
    pub checked: Option<i64>,
    /// When it was last synced completely.
    pub succeeded: Option<i64>,
    /// Why the last sync failed.
    pub error: Option<CleanBuf>,
    /// The number of failed syncs in a row.
    pub failures: u32,
    /// Not synced automatically before this time.
    pub retry: Option<i64>,
    /// The server's `Retry-After`: not synced at all before this time.
    pub pause: Option<i64>,
    /// When it was removed.
    pub removed: Option<i64>,
}

impl Account {
    /// The name of its secret in the file of secrets.
    #[must_use]
    pub fn secret_name(&self) -> String {
        secret_name(self.kind, &self.address, &self.user)
    }
}

/// An account to add.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewAccount {
    /// The kind of its server.
    pub kind: AccountKind,
    /// Its unique name.
    pub name: CleanBuf,
    /// The address of the API.
    pub address: CleanBuf,
    /// The user's name at the server; empty if the server needs none.
    pub user: CleanBuf,
    /// The command that prints the secret; `None` if tidings keeps it.
    pub secret_command: Option<String>,
    /// Which of the entries that the server has now are stored.
    pub take: Take,
}

impl NewAccount {
    /// The name of its secret in the file of secrets.
    #[must_use]
    pub fn secret_name(&self) -> String {
        secret_name(self.kind, &self.address, &self.user)
    }
}

fn secret_name(kind: AccountKind, address: &CleanBuf, user: &CleanBuf) -> String {
    format!("{kind} {address} {user}")
}

/// How much of an account is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountTotals {
    /// Feeds followed through it.
    pub feeds: u64,
    /// Entries whose releases are known here, at the server or no longer.
    pub releases: u64,
    /// Those at the server that are unread here.
    pub unread: u64,
    /// Those at the server that are starred here.
    pub starred: u64,
    /// Marks that the server has not shown yet.
    pub waiting: u64,
    /// Releases that are no longer at the server.
    pub gone: u64,
}

/// What a complete sync of an account leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closed {
    /// When it ended, in seconds since 1970.
    pub at: i64,
    /// The number of entries at the server and their greatest id, if known.
    pub head: Option<(u64, u64)>,
    /// Whether the list of all entries was read.
    pub listed: bool,
    /// Whether edited entries were looked for.
    pub edits: bool,
    /// When it began, in seconds since 1970.
    pub watermark: i64,
    /// The new floor, if it was decided.
    pub floor: Option<u64>,
}

impl Library {
    /// Returns the accounts that were not removed, in the order in which they were added.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn accounts(&self) -> Result<Vec<Account>, LibraryError> {
        self.read(|connection| {
            let sql =
                "SELECT id, kind, name, address, user, secret_command, take, floor, total, greatest, listed, edits,
                     watermark, checked, succeeded, error, failures, retry, pause, removed
                 FROM accounts WHERE removed IS NULL ORDER BY id";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map([], account)?.collect()
        })
    }

    /// Counts what is stored of an account.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn account_totals(&self, id: AccountId) -> Result<AccountTotals, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT count(*), coalesce(sum(entries.state <> 1 AND coalesce(marks.flags, 0) & 1 = 0), 0),
                     coalesce(sum(entries.state <> 1 AND coalesce(marks.flags, 0) & 2 <> 0), 0),
                     coalesce(sum(entries.state = 1), 0),
                     (SELECT count(*) FROM account_feeds WHERE account = ?1),
                     (SELECT count(*) FROM outbox WHERE account = ?1 AND absent < ?2)
                 FROM entries LEFT JOIN marks ON marks.feed = entries.feed AND marks.number = entries.number
                 WHERE account = ?1 AND entries.feed IS NOT NULL";
            connection.prepare_cached(sql)?.query_row(params![id, outbox::MOST_ABSENT], |row| {
                let number = |at| row.get::<_, i64>(at).map(i64::cast_unsigned);
                Ok(AccountTotals {
                    releases: number(0)?,
                    unread: number(1)?,
                    starred: number(2)?,
                    gone: number(3)?,
                    feeds: number(4)?,
                    waiting: number(5)?,
                })
            })
        })
    }

    /// Adds an account and returns its number; `None` if another one has the name.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_account(&mut self, new: &NewAccount) -> Result<Option<AccountId>, LibraryError> {
        self.write(|connection| {
            if is_name_taken(connection, new.name.as_str())? {
                return Ok(None);
            }
            let sql = "INSERT INTO accounts (kind, name, address, user, secret_command, take)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let NewAccount { kind, name, address, user, secret_command, take } = new;
            let texts = [name, address, user].map(CleanBuf::as_str);
            let (kind, take) = (kind.to_string(), take.to_string());
            connection.execute(sql, params![kind, texts[0], texts[1], texts[2], secret_command, take])?;
            let id = AccountId(connection.last_insert_rowid());
            watch_marks(connection)?;
            changed(connection)?;
            Ok(Some(id))
        })
    }

    /// Sets the command that prints the secret of an account; `None` if tidings keeps the secret.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_secret_command(&mut self, id: AccountId, command: Option<&str>) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "UPDATE accounts SET secret_command = ?2 WHERE id = ?1";
            connection.execute(sql, params![id, command]).map(drop)
        })
    }

    /// Records up to which id the entries of an account are left out.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_floor(&mut self, id: AccountId, floor: u64) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "UPDATE accounts SET floor = ?2 WHERE id = ?1";
            connection.execute(sql, params![id, floor.cast_signed()]).map(drop)
        })
    }

    /// Records that an account was synced completely. This is the last step of a sync.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn close_account_sync(&mut self, id: AccountId, closed: &Closed) -> Result<(), LibraryError> {
        self.bridges = Bridges::default();
        let Closed { at, head, listed, edits, watermark, floor } = *closed;
        let (total, greatest) = head.map(|(total, greatest)| (total.cast_signed(), greatest.cast_signed())).unzip();
        self.write(|connection| {
            let sql = "UPDATE accounts SET checked = ?2, succeeded = ?2, error = NULL, failures = 0, retry = NULL,
                     pause = NULL, total = ?3, greatest = ?4, listed = CASE WHEN ?5 THEN ?2 ELSE listed END,
                     edits = CASE WHEN ?6 THEN ?2 ELSE edits END, watermark = ?7, floor = coalesce(?8, floor)
                 WHERE id = ?1";
            let values = params![id, at, total, greatest, listed, edits, watermark, floor.map(u64::cast_signed)];
            connection.execute(sql, values).map(drop)
        })
    }

    /// Records that an account could not be synced. `retry` and `pause` are times before which it is not synced
    /// automatically, and not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn fail_account(
        &mut self,
        id: AccountId,
        reason: &CleanBuf,
        retry: i64,
        pause: Option<i64>,
        at: i64,
    ) -> Result<(), LibraryError> {
        self.bridges = Bridges::default();
        self.write(|connection| {
            let sql = "UPDATE accounts SET checked = ?2, error = ?3, failures = failures + 1, retry = ?4, pause = ?5
                 WHERE id = ?1";
            connection.execute(sql, params![id, at, reason.as_str(), retry, pause]).map(drop)
        })
    }
}

/// Has marks put into the outbox as long as there is any account.
pub(super) fn watch_marks(connection: &Connection) -> rusqlite::Result<()> {
    let has_any = connection.query_row("SELECT EXISTS (SELECT 1 FROM accounts)", [], |row| row.get::<_, bool>(0))?;
    connection.execute_batch(schema::NO_TRIGGERS)?;
    if has_any { connection.execute_batch(&schema::triggers()) } else { Ok(()) }
}

/// Whether an account that was not removed has this name.
pub(super) fn is_name_taken(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM accounts WHERE name = ?1 AND removed IS NULL)";
    connection.prepare_cached(sql)?.query_row([name], |row| row.get(0))
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let line = |at| row.get::<_, String>(at).map(|text| CleanBuf::line(&text));
    let number = |at| row.get::<_, Option<i64>>(at).map(|number| number.map(i64::cast_unsigned));
    Ok(Account {
        id: row.get(0)?,
        kind: line(1)?.as_str().parse().unwrap_or_default(),
        name: line(2)?,
        address: line(3)?,
        user: line(4)?,
        secret_command: row.get(5)?,
        take: line(6)?.as_str().parse().unwrap_or_default(),
        floor: number(7)?,
        total: number(8)?,
        greatest: number(9)?,
        listed: row.get(10)?,
        edits: row.get(11)?,
        watermark: row.get(12)?,
        checked: row.get(13)?,
        succeeded: row.get(14)?,
        error: row.get::<_, Option<String>>(15)?.map(|error| CleanBuf::line(&error)),
        failures: row.get(16)?,
        retry: row.get(17)?,
        pause: row.get(18)?,
        removed: row.get(19)?,
    })
}

/// Returns the feed of a subscription.
fn feed_of(connection: &Connection, source: super::SourceId) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT feed FROM subscriptions WHERE id = ?1";
    connection.prepare_cached(sql)?.query_row([source], |row| row.get(0)).optional()
}
