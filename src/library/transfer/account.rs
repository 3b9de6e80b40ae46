//! The entries of an exported library that belong to accounts. Secrets are in no library, so none is exported; addresses
//! lose their passwords. Accounts are named, since their numbers differ between libraries.

use rusqlite::{Connection, OptionalExtension, Row, params};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::super::accounts::{is_name_taken, watch_marks};
use super::super::change::{MARKS, count_up};
use super::super::rekey;
use crate::text::CleanBuf;

/// An account. Times are in seconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
pub struct Account {
    name: String,
    kind: String,
    address: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    user: String,
    /// The command that prints the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret_command: Option<String>,
    take: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    floor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checked: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    succeeded: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    watermark: Option<i64>,
}

impl Account {
    pub const SQL: &str = "SELECT name, kind, address, user, secret_command, take, floor, checked, succeeded, watermark
         FROM accounts WHERE removed IS NULL ORDER BY id";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        Ok(Some(Self {
            name: row.get(0)?,
            kind: row.get(1)?,
            address: rekey::without_secret(&row.get::<_, String>(2)?).0.to_string(),
            user: row.get(3)?,
            secret_command: row.get(4)?,
            take: row.get(5)?,
            floor: row.get(6)?,
            checked: row.get(7)?,
            succeeded: row.get(8)?,
            watermark: row.get(9)?,
        }))
    }
}

/// A feed that is followed through an account.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccountFeed {
    account: String,
    /// Its number at the server.
    feed: String,
    /// The key of its subscription.
    source: String,
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    site: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    folder: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    folder_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl AccountFeed {
    pub const SQL: &str = "SELECT name, remote, key, account_feeds.title, account_feeds.site, account_feeds.folder,
             folder_id, account_feeds.error
         FROM account_feeds JOIN accounts ON accounts.id = account AND accounts.removed IS NULL
         JOIN subscriptions ON subscriptions.id = subscription JOIN feeds ON feeds.id = subscriptions.feed
         ORDER BY accounts.id, remote";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        Ok(Some(Self {
            account: row.get(0)?,
            feed: row.get(1)?,
            source: row.get(2)?,
            title: row.get(3)?,
            site: rekey::without_secret(&row.get::<_, String>(4)?).0.to_string(),
            folder: row.get(5)?,
            folder_id: row.get(6)?,
            error: row.get(7)?,
        }))
    }
}

/// What is known of a release at a server.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    account: String,
    #[serde(rename = "entry")]
    remote: u64,
    /// The key of its feed, and its release number there; missing if its content was never received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    feed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<i64>,
    /// As the server showed it last.
    read: bool,
    starred: bool,
    state: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    bridged: bool,
}

impl Entry {
    pub const SQL: &str = "SELECT name, remote, key, number, hash, trace, flags, state, is_bridged
         FROM entries JOIN accounts ON accounts.id = account AND removed IS NULL LEFT JOIN feeds ON feeds.id = feed
         ORDER BY accounts.id, remote";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let flags: i64 = row.get(6)?;
        Ok(Some(Self {
            account: row.get(0)?,
            remote: row.get::<_, i64>(1)?.cast_unsigned(),
            feed: row.get(2)?,
            release: row.get::<_, Option<i64>>(3)?.map(i64::cast_unsigned),
            hash: row.get(4)?,
            trace: row.get(5)?,
            read: flags & 1 != 0,
            starred: flags & 2 != 0,
            state: row.get(7)?,
            bridged: row.get(8)?,
        }))
    }
}

/// A mark that the server has not shown yet.
#[derive(Debug, Serialize, Deserialize)]
pub struct Waiting {
    account: String,
    entry: u64,
    starred: bool,
    value: bool,
    tries: u32,
}

impl Waiting {
    pub const SQL: &str = "SELECT name, remote, flag = 2, value, tries
         FROM outbox JOIN accounts ON accounts.id = account AND removed IS NULL ORDER BY accounts.id, remote, flag";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let entry = row.get::<_, i64>(1)?.cast_unsigned();
        Ok(Some(Self { account: row.get(0)?, entry, starred: row.get(2)?, value: row.get(3)?, tries: row.get(4)? }))
    }
}

/// A label on a release at a server.
#[derive(Debug, Serialize, Deserialize)]
pub struct Label {
    account: String,
    entry: u64,
    #[serde(rename = "label")]
    name: String,
}

impl Label {
    pub const SQL: &str = "SELECT name, remote, label
         FROM entry_labels JOIN accounts ON accounts.id = account AND removed IS NULL
         ORDER BY accounts.id, remote, label";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        Ok(Some(Self { account: row.get(0)?, entry: row.get::<_, i64>(1)?.cast_unsigned(), name: row.get(2)? }))
    }
}

/// Entries that wait until all marks are imported: marking an entry would put the mark into the outbox, although it
/// came from its server.
const TABLE: &str = "CREATE TEMP TABLE imported_entries (account INTEGER, remote INTEGER, feed INTEGER, number INTEGER,
     hash INTEGER, trace INTEGER, flags INTEGER NOT NULL, state INTEGER NOT NULL, is_bridged INTEGER NOT NULL,
     PRIMARY KEY (account, remote)) WITHOUT ROWID;
     CREATE TEMP TABLE imported_outbox (account INTEGER, remote INTEGER, flag INTEGER, value INTEGER NOT NULL,
     tries INTEGER NOT NULL, PRIMARY KEY (account, remote, flag)) WITHOUT ROWID;";

/// Imports accounts. What a library has already stays as it is.
#[derive(Default)]
pub struct AccountTaker {
    /// The numbers here of the accounts there, by name.
    ids: FxHashMap<String, i64>,
}

impl AccountTaker {
    pub fn new(connection: &Connection) -> rusqlite::Result<Self> {
        connection.execute_batch(TABLE)?;
        Ok(Self::default())
    }

    pub fn account(&mut self, connection: &Connection, one: &Account) -> rusqlite::Result<()> {
        let line = |text: &str| CleanBuf::line(text).to_string();
        let [kind, address, user] = [&one.kind, &one.address, &one.user].map(|text| line(text));
        let sql = "SELECT id FROM accounts WHERE kind = ?1 AND address = ?2 AND user = ?3 AND removed IS NULL";
        let known = connection.query_row(sql, params![kind, address, user], |row| row.get(0)).optional()?;
        if let Some(id) = known {
            self.ids.insert(one.name.clone(), id);
            return Ok(());
        }
        let name = free_name(connection, &line(&one.name))?;
        let sql = "INSERT INTO accounts
             (kind, name, address, user, secret_command, take, floor, checked, succeeded, watermark)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let Account { secret_command, take, floor, checked, succeeded, watermark, .. } = one;
        let values = params![kind, name, address, user, secret_command, take, floor, checked, succeeded, watermark];
        connection.execute(sql, values)?;
        self.ids.insert(one.name.clone(), connection.last_insert_rowid());
        watch_marks(connection)?;
        Ok(())
    }

    pub fn feed(&self, connection: &Connection, one: &AccountFeed) -> rusqlite::Result<()> {
        let Some(id) = self.ids.get(&one.account) else { return Ok(()) };
        let sql = "INSERT OR IGNORE INTO account_feeds
             (account, remote, subscription, title, site, folder, folder_id, error)
             SELECT ?1, ?2, subscriptions.id, ?4, ?5, ?6, ?7, ?8
             FROM subscriptions JOIN feeds ON feeds.id = feed WHERE key = ?3";
        let key = rekey::of_any_version(&one.source);
        let AccountFeed { feed, title, site, folder, folder_id, error, .. } = one;
        let values = params![id, feed, key.as_str(), title, site, folder, folder_id, error];
        connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    pub fn entry(&self, connection: &Connection, one: &Entry) -> rusqlite::Result<()> {
        let Some(id) = self.ids.get(&one.account) else { return Ok(()) };
        let sql =
            "INSERT OR IGNORE INTO imported_entries VALUES (?1, ?2, (SELECT id FROM feeds WHERE key = ?3), ?4, ?5,
             ?6, ?7, ?8, ?9)";
        let key = one.feed.as_deref().map(rekey::of_any_version);
        let flags = i64::from(one.read) | i64::from(one.starred) << 1;
        let number = one.release.map(u64::cast_signed);
        let Entry { remote, hash, trace, state, bridged, .. } = one;
        let key = key.as_ref().map(CleanBuf::as_str);
        let values = params![id, remote.cast_signed(), key, number, hash, trace, flags, state, bridged];
        connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    pub fn waiting(&self, connection: &Connection, one: &Waiting) -> rusqlite::Result<()> {
        let Some(id) = self.ids.get(&one.account) else { return Ok(()) };
        let sql = "INSERT OR IGNORE INTO imported_outbox VALUES (?1, ?2, ?3, ?4, ?5)";
        let flag = if one.starred { 2 } else { 1 };
        let values = params![id, one.entry.cast_signed(), flag, one.value, one.tries];
        connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    pub fn label(&self, connection: &Connection, one: &Label) -> rusqlite::Result<()> {
        let Some(id) = self.ids.get(&one.account) else { return Ok(()) };
        let sql = "INSERT OR IGNORE INTO entry_labels VALUES (?1, ?2, ?3)";
        connection.prepare_cached(sql)?.execute(params![id, one.entry.cast_signed(), one.name]).map(drop)
    }

    /// Stores the entries, once the numbers of their releases here are known and all marks are imported. A mark that
    /// differs from what the server showed last goes to the outbox.
    pub fn finish(connection: &Connection) -> rusqlite::Result<()> {
        let change = count_up(connection, MARKS)?;
        let sql = "DELETE FROM imported_entries WHERE EXISTS (SELECT 1 FROM entries
             WHERE entries.account = imported_entries.account AND entries.remote = imported_entries.remote)
             OR (number IS NOT NULL AND feed IS NULL)";
        connection.execute(sql, [])?;
        let sql = "INSERT INTO entries (account, remote, feed, number, hash, trace, flags, state, is_bridged)
             SELECT account, remote, feed, coalesce(here, number), hash, trace, flags, state, is_bridged
             FROM imported_entries LEFT JOIN imported_numbers USING (feed, number)";
        connection.execute(sql, [])?;
        let sql = "INSERT INTO outbox (account, remote, flag, value, change, tries)
             SELECT imported_outbox.account, imported_outbox.remote, flag, value, ?1, tries
             FROM imported_outbox JOIN imported_entries USING (account, remote) WHERE true ON CONFLICT DO NOTHING";
        connection.execute(sql, [change])?;
        for flag in [1, 2] {
            let sql = "INSERT INTO outbox (account, remote, flag, value, change)
                 SELECT entries.account, entries.remote, ?1, coalesce(marks.flags, 0) & ?1 <> 0, ?2
                 FROM imported_entries JOIN entries USING (account, remote)
                 LEFT JOIN marks ON marks.feed = entries.feed AND marks.number = entries.number
                 WHERE entries.state NOT IN (1, 3) AND entries.feed IS NOT NULL
                     AND coalesce(marks.flags, 0) & ?1 <> entries.flags & ?1
                 ON CONFLICT DO NOTHING";
            connection.execute(sql, params![flag, change])?;
        }
        connection.execute_batch("DROP TABLE imported_entries; DROP TABLE imported_outbox;")
    }
}

/// Returns a name that no account has: the given one, or one with a number.
fn free_name(connection: &Connection, name: &str) -> rusqlite::Result<String> {
    let mut free = name.to_owned();
    let mut number = 1;
    while is_name_taken(connection, &free)? {
        number += 1;
        free = format!("{name} {number}");
    }
    Ok(free)
}
