//! The feeds that are followed through accounts.
//!
//! A feed has one subscription, whether it is followed directly, through an account or through several, so its releases
//! and marks are joined. The folder and the title of a feed that is not followed directly are those of the server.

use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

use super::super::change::changed;
use super::super::subscription::all;
use super::super::subscriptions::{Known, folder_text, insert, restore, settle_order};
use super::super::{Library, LibraryError, SourceId, feed_key};
use super::AccountId;
use super::bridge::Bridges;
use crate::feed::opml::OpmlEntry;
use crate::text::CleanBuf;

/// A feed of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFeed {
    /// Its number at the server.
    pub remote: CleanBuf,
    /// Its address, which may contain a password.
    pub address: CleanBuf,
    /// Its title at the server.
    pub title: CleanBuf,
    /// Its web site; empty if unknown.
    pub site: CleanBuf,
    /// The name of its folder; empty if it is in none.
    pub folder: CleanBuf,
    /// What the server calls the folder in requests.
    pub folder_id: CleanBuf,
    /// Why the server could not read it the last time.
    pub error: Option<CleanBuf>,
}

impl Library {
    /// Replaces the feeds of an account by those that its server lists. New feeds get a subscription; one that the server
    /// no longer lists keeps its subscription with its releases and marks. Returns the subscription of each feed, by
    /// its number at the server, in the given order.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is changed.
    pub fn set_account_feeds(
        &mut self,
        id: AccountId,
        feeds: &[AccountFeed],
    ) -> Result<Vec<(CleanBuf, SourceId)>, LibraryError> {
        self.bridges = Bridges::default();
        self.write(|connection| {
            let before = linked(connection, id)?;
            let gone = before.keys().filter(|remote| feeds.iter().all(|feed| feed.remote != **remote));
            link(connection, id, feeds, &before, gone)
        })
    }

    /// Adds feeds to an account or updates them, after its user has subscribed to one or moved it. Returns the
    /// subscription of each.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is changed.
    pub fn add_account_feeds(
        &mut self,
        id: AccountId,
        feeds: &[AccountFeed],
    ) -> Result<Vec<(CleanBuf, SourceId)>, LibraryError> {
        self.write(|connection| link(connection, id, feeds, &linked(connection, id)?, std::iter::empty()))
    }

    /// Removes a feed from an account, after it was unsubscribed at the server.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn drop_account_feed(&mut self, id: AccountId, remote: &CleanBuf) -> Result<(), LibraryError> {
        self.write(|connection| link(connection, id, &[], &FxHashMap::default(), std::iter::once(remote)).map(drop))
    }

    /// Counts how many of these entries belong to a feed of an account.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn entries_of_feed(&self, id: AccountId, remote: &CleanBuf, entries: &[u64]) -> Result<usize, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM entries JOIN subscriptions ON subscriptions.feed = entries.feed
                 JOIN account_feeds ON account_feeds.subscription = subscriptions.id
                 WHERE entries.account = ?1 AND entries.remote = ?2
                     AND account_feeds.account = ?1 AND account_feeds.remote = ?3)";
            let mut statement = connection.prepare_cached(sql)?;
            let mut count = 0;
            for entry in entries {
                let values = params![id, entry.cast_signed(), remote.as_str()];
                count += usize::from(statement.query_row(values, |row| row.get::<_, bool>(0))?);
            }
            Ok(count)
        })
    }

    /// Returns the feeds of an account as its server listed them last, with their subscriptions.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn account_feeds(&self, id: AccountId) -> Result<Vec<(SourceId, AccountFeed)>, LibraryError> {
        let mut feeds: Vec<_> = self.read(|connection| linked(connection, id))?.into_values().collect();
        feeds.sort_unstable_by(|(_, one), (_, other)| one.remote.cmp(&other.remote));
        Ok(feeds)
    }

    /// Sets whether tidings polls a feed itself, beside the accounts that follow it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_direct(&mut self, id: SourceId, on: bool) -> Result<(), LibraryError> {
        self.write(|connection| {
            connection.execute("UPDATE subscriptions SET is_direct = ?2 WHERE id = ?1", params![id, on])?;
            follow_server(connection)?;
            changed(connection)
        })
    }

    /// Sets the command that prints the headers of requests for a feed, or removes it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_header_command(&mut self, id: SourceId, command: Option<&str>) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "UPDATE subscriptions SET header_command = ?2, etag = NULL, modified = NULL, retry = NULL
                 WHERE id = ?1";
            connection.execute(sql, params![id, command])?;
            changed(connection)
        })
    }
}

/// Returns the feeds of an account, by their number at the server.
fn linked(connection: &Connection, id: AccountId) -> rusqlite::Result<FxHashMap<CleanBuf, (SourceId, AccountFeed)>> {
    let sql = "SELECT remote, subscription, address, account_feeds.title, account_feeds.site, account_feeds.folder,
             folder_id, account_feeds.error
         FROM account_feeds JOIN subscriptions ON subscriptions.id = subscription WHERE account = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([id], |row| {
        let line = |at| row.get::<_, String>(at).map(|text| CleanBuf::line(&text));
        let feed = AccountFeed {
            remote: line(0)?,
            address: line(2)?,
            title: line(3)?,
            site: line(4)?,
            folder: line(5)?,
            folder_id: line(6)?,
            error: row.get::<_, Option<String>>(7)?.map(|error| CleanBuf::line(&error)),
        };
        Ok((feed.remote.clone(), (row.get(1)?, feed)))
    })?;
    rows.collect()
}

/// Links feeds to an account and removes the links of others. Returns the subscriptions of the feeds.
fn link<'a>(
    connection: &Connection,
    id: AccountId,
    feeds: &[AccountFeed],
    before: &FxHashMap<CleanBuf, (SourceId, AccountFeed)>,
    gone: impl Iterator<Item = &'a CleanBuf>,
) -> rusqlite::Result<Vec<(CleanBuf, SourceId)>> {
    let mut known = Known::with_origins(all(connection)?);
    let (mut sources, mut is_changed, mut has_new) = (Vec::new(), false, false);
    for feed in feeds {
        let (source, is_new) = subscription(connection, &mut known, feed)?;
        has_new |= is_new;
        let link = (source, feed.clone());
        if is_new || before.get(&feed.remote) != Some(&link) {
            put(connection, id, &link)?;
            is_changed = true;
        }
        sources.push((feed.remote.clone(), source));
    }
    for remote in gone {
        let sql = "DELETE FROM account_feeds WHERE account = ?1 AND remote = ?2";
        is_changed |= connection.execute(sql, params![id, remote.as_str()])? > 0;
    }
    if has_new {
        settle_order(connection, &known)?;
    }
    if is_changed {
        follow_server(connection)?;
        changed(connection)?;
    }
    Ok(sources)
}

/// Returns the subscription of a feed, and whether it is new or was removed before.
fn subscription(connection: &Connection, known: &mut Known, feed: &AccountFeed) -> rusqlite::Result<(SourceId, bool)> {
    let key = feed_key(feed.address.as_str());
    if let Some(source) = known.get(&key) {
        let was_removed = source.removed.take().is_some();
        if was_removed {
            restore(connection, source.id, false)?;
        }
        return Ok((source.id, was_removed));
    }
    let categories: Vec<CleanBuf> = folder(feed.folder.as_str());
    let (title, address, site) = (CleanBuf::default(), feed.address.clone(), feed.site.clone());
    let one = OpmlEntry { title, address, site, categories };
    let id = insert(connection, &key, &one)?;
    let sql = "UPDATE subscriptions SET is_direct = 0, lacks_password = 0, feed_title = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![id, feed.title.as_str()])?;
    known.add(key, id, &one.categories);
    Ok((id, true))
}

fn folder(name: &str) -> Vec<CleanBuf> {
    Some(name).filter(|name| !name.is_empty()).map(CleanBuf::line).into_iter().collect()
}

fn put(connection: &Connection, id: AccountId, (source, feed): &(SourceId, AccountFeed)) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO account_feeds
         (account, remote, subscription, title, site, folder, folder_id, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let [remote, title, site, folder, folder_id] =
        [&feed.remote, &feed.title, &feed.site, &feed.folder, &feed.folder_id].map(CleanBuf::as_str);
    let error = feed.error.as_ref().map(CleanBuf::as_str);
    connection.prepare_cached(sql)?.execute(params![id, remote, source, title, site, folder, folder_id, error])?;
    Ok(())
}

/// Gives feeds that are not followed directly the title and the folder of the account that was added first.
fn follow_server(connection: &Connection) -> rusqlite::Result<()> {
    let sql = "SELECT subscription, min(account), account_feeds.title, account_feeds.folder
         FROM account_feeds JOIN accounts ON accounts.id = account AND accounts.removed IS NULL
         JOIN subscriptions ON subscriptions.id = subscription AND NOT is_direct GROUP BY subscription";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let sql = "UPDATE subscriptions SET feed_title = ?2, folder = ?3
         WHERE id = ?1 AND (feed_title <> ?2 OR folder <> ?3)";
    let mut update = connection.prepare_cached(sql)?;
    while let Some(row) = rows.next()? {
        let folder = folder_text(&folder(&row.get::<_, String>(3)?));
        update.execute(params![row.get::<_, SourceId>(0)?, row.get::<_, String>(2)?, folder])?;
    }
    Ok(())
}

/// An account that a subscription is followed through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountLink {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: CleanBuf,
    /// The number of the feed at its server.
    pub remote: CleanBuf,
    /// Why the server could not read the feed the last time.
    pub error: Option<CleanBuf>,
}

/// Returns the accounts of each subscription that is followed through any.
pub(in crate::library) fn links(connection: &Connection) -> rusqlite::Result<FxHashMap<SourceId, Vec<AccountLink>>> {
    let sql = "SELECT subscription, accounts.id, name, remote, account_feeds.error FROM account_feeds
         JOIN accounts ON accounts.id = account WHERE removed IS NULL ORDER BY accounts.id, remote";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut of_source: FxHashMap<SourceId, Vec<AccountLink>> = FxHashMap::default();
    while let Some(row) = rows.next()? {
        let text = |at| row.get::<_, Option<String>>(at).map(|value| value.map(|value| CleanBuf::line(&value)));
        let (name, remote) = (text(2)?.unwrap_or_default(), text(3)?.unwrap_or_default());
        let link = AccountLink { id: row.get(1)?, name, remote, error: text(4)? };
        of_source.entry(row.get(0)?).or_default().push(link);
    }
    Ok(of_source)
}
