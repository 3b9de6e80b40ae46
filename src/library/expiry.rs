//! Deletes releases that are no longer listed, and what belongs to removed subscriptions and accounts.

use rusqlite::{Connection, params};

use super::accounts::delete_removed;
use super::change::changed;
use super::past::forget_next_pages;
use super::watches::forget_ended;
use super::{FEED_KEYS, Library, LibraryError};

impl Library {
    /// Deletes expired releases, but no starred ones: those that their feeds last listed before `listed`, if given, and
    /// those of sources removed before `removed`. A release that is at a sync server counts as listed. Their full texts are deleted with them; their marks stay, so a
    /// release that is listed again keeps its state. Returns the number of deleted releases. Times are seconds since
    /// 1970.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn expire(&mut self, listed: Option<i64>, removed: i64) -> Result<usize, LibraryError> {
        self.write(|connection| {
            let sql = "DELETE FROM releases WHERE key IN (
                     SELECT releases.key FROM releases JOIN subscriptions ON subscriptions.id = releases.subscription
                     LEFT JOIN marks ON marks.feed = subscriptions.feed AND marks.number = releases.number
                     WHERE ((coalesce(releases.unlisted, subscriptions.succeeded, releases.seen) < ?1
                             AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.feed = subscriptions.feed
                                 AND entries.number = releases.number AND entries.state = 0))
                         OR subscriptions.removed < ?2) AND coalesce(marks.flags & 2, 0) = 0)";
            let listed = listed.unwrap_or(i64::MIN);
            delete_removed(connection, removed)?;
            forget_ended(connection)?;
            let gone = connection.execute(sql, params![listed, removed])?;
            let sql = "DELETE FROM subscriptions WHERE removed < ?1
                 AND NOT EXISTS (SELECT 1 FROM releases WHERE releases.subscription = subscriptions.id)
                 AND NOT EXISTS (SELECT 1 FROM account_feeds WHERE account_feeds.subscription = subscriptions.id)";
            let sources = connection.execute(sql, [removed])?;
            if gone + sources + expire_pages(connection, listed)? > 0 {
                changed(connection)?;
            }
            let sql = "DELETE FROM feeds WHERE NOT EXISTS (SELECT 1 FROM marks WHERE marks.feed = feeds.id)
                 AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.feed = feeds.id)
                 AND NOT EXISTS (SELECT 1 FROM pages WHERE pages.feed = feeds.id)
                 AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.feed = feeds.id)";
            connection.execute(sql, [])?;
            forget_next_pages(connection)?;
            Ok(gone)
        })
    }
}

/// Deletes the full texts of deleted releases. Those of files and pipes, whose releases are not stored, expire by age.
fn expire_pages(connection: &Connection, fetched: i64) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM pages WHERE feed IN (SELECT id FROM feeds WHERE key LIKE ?1) AND NOT EXISTS (
             SELECT 1 FROM subscriptions JOIN releases ON releases.subscription = subscriptions.id
             WHERE subscriptions.feed = pages.feed AND releases.number = pages.number)";
    let web = format!("{FEED_KEYS}%");
    let gone = connection.execute(sql, [&web])?;
    let sql = "DELETE FROM pages WHERE fetched < ?2 AND feed IN (SELECT id FROM feeds WHERE key NOT LIKE ?1)
         AND NOT EXISTS (SELECT 1 FROM marks
             WHERE marks.feed = pages.feed AND marks.number = pages.number AND marks.flags & 2)";
    Ok(gone + connection.execute(sql, params![web, fetched])?)
}
