//! The key of the feed at an address, and the migration of keys that contain a password.

use rusqlite::{Connection, OptionalExtension, params};
use url::Url;

use super::FeedKey;
use super::change::{MARKS, changed, count_up};
use crate::text::CleanBuf;

/// The prefix of keys of feeds with an address.
pub const FEED_KEYS: &str = "web:";

/// Returns the key of the feed at an address: without http or https, the password and `www.`. The user name is part of
/// it, since a server may give each user another feed.
#[must_use]
pub fn feed_key(address: &str) -> FeedKey {
    let url = Url::parse(address).map_or_else(|_| address.to_owned(), String::from);
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    CleanBuf::line(&format!("{FEED_KEYS}{}", without_password(rest)))
}

/// Converts a key from any version into one made by [`feed_key`].
#[must_use]
pub(super) fn of_any_version(key: &str) -> FeedKey {
    CleanBuf::line(&match key.strip_prefix(FEED_KEYS) {
        Some(rest) => format!("{FEED_KEYS}{}", without_password(rest)),
        None => key.to_owned(),
    })
}

/// Removes the password and `www.` from an address without scheme.
fn without_password(rest: &str) -> String {
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user = user.split(':').next().unwrap_or_default();
    let at = if user.is_empty() { "" } else { "@" };
    format!("{user}{at}{}{path}", host.strip_prefix("www.").unwrap_or(host))
}

/// Removes the password from an address; also returns whether it had one.
#[must_use]
pub fn without_secret(address: &str) -> (CleanBuf, bool) {
    let without = Url::parse(address).ok().filter(|url| url.password().is_some()).and_then(|mut url| {
        url.set_password(None).ok()?;
        Some(CleanBuf::line(url.as_str()))
    });
    let has_password = without.is_some();
    (without.unwrap_or_else(|| CleanBuf::line(address)), has_password)
}

/// Whether an address has a user name but no password.
#[must_use]
pub(super) fn names_user_alone(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| !url.username().is_empty() && url.password().is_none())
}

/// Migrates all keys to those of today. Where two become one, marks, releases and full texts of both are merged.
pub(super) fn without_passwords(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT id, key FROM feeds WHERE key LIKE 'web:%@%' ORDER BY id")?;
    let feeds: Vec<(i64, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut is_changed = false;
    for (feed, key) in feeds {
        let wanted = of_any_version(&key);
        if wanted.as_str() == key {
            continue;
        }
        is_changed = true;
        let other: Option<i64> = connection
            .query_row("SELECT id FROM feeds WHERE key = ?1", [wanted.as_str()], |row| row.get(0))
            .optional()?;
        match other {
            Some(other) => join(connection, feed, other)?,
            None => connection
                .execute("UPDATE feeds SET key = ?2 WHERE id = ?1", params![feed, wanted.as_str()])
                .map(drop)?,
        }
        rename_in_sessions(connection, &key, wanted.as_str())?;
    }
    // A new library counts as unchanged, so that no reader reloads for it.
    if is_changed { changed(connection) } else { Ok(()) }
}

/// Merges a feed into another one and deletes it.
fn join(connection: &Connection, feed: i64, to: i64) -> rusqlite::Result<()> {
    let change = count_up(connection, MARKS)?;
    let sql = "INSERT INTO marks (feed, number, flags, change) SELECT ?2, number, flags, ?3 FROM marks WHERE feed = ?1
         ON CONFLICT (feed, number) DO UPDATE SET flags = flags | excluded.flags, change = ?3";
    connection.execute(sql, [feed, to, change])?;
    connection.execute("DELETE FROM marks WHERE feed = ?1", [feed])?;
    connection.execute("UPDATE OR IGNORE pages SET feed = ?2 WHERE feed = ?1", [feed, to])?;
    connection.execute("DELETE FROM pages WHERE feed = ?1", [feed])?;
    join_subscriptions(connection, feed, to)?;
    connection.execute("DELETE FROM feeds WHERE id = ?1", [feed]).map(drop)
}

/// Merges the subscriptions of two feeds: the active, most recently read one stays.
fn join_subscriptions(connection: &Connection, feed: i64, to: i64) -> rusqlite::Result<()> {
    let sql = "SELECT id FROM subscriptions WHERE feed IN (?1, ?2)
         ORDER BY removed IS NOT NULL, succeeded IS NULL, succeeded DESC, id DESC";
    let mut statement = connection.prepare(sql)?;
    let ids: Vec<i64> = statement.query_map([feed, to], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let Some((&kept, gone)) = ids.split_first() else { return Ok(()) };
    for gone in gone {
        connection.execute("UPDATE OR IGNORE releases SET subscription = ?2 WHERE subscription = ?1", [gone, &kept])?;
        connection.execute("DELETE FROM releases WHERE subscription = ?1", [gone])?;
        connection.execute("DELETE FROM subscriptions WHERE id = ?1", [gone])?;
    }
    connection.execute("UPDATE subscriptions SET feed = ?2 WHERE id = ?1", [kept, to]).map(drop)
}

/// Renames keys in sessions, which are JSON.
fn rename_in_sessions(connection: &Connection, key: &str, wanted: &str) -> rusqlite::Result<()> {
    let [key, wanted] = [key, wanted].map(|key| serde_json::Value::from(key).to_string());
    connection.execute("UPDATE sessions SET data = replace(data, ?1, ?2)", [key, wanted]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_neither_scheme_nor_password_nor_www() {
        for (address, key) in [
            ("https://www.a.example/f?x#y", "web:a.example/f?x#y"),
            ("http://A.example", "web:a.example/"),
            ("https://ann:secret@a.example/f", "web:ann@a.example/f"),
            ("https://ann:secret@www.a.example:81/f", "web:ann@a.example:81/f"),
            ("https://ann@www.a.example/f", "web:ann@a.example/f"),
            ("https://:secret@a.example/f", "web:a.example/f"),
            ("https://ann:s%3Ae%40cr%2Fet@a.example/f", "web:ann@a.example/f"),
            ("https://a.example/x@y:z", "web:a.example/x@y:z"),
            ("https://a.example/?q=b:c@d", "web:a.example/?q=b:c@d"),
            ("https://ann:secret@[::1]:81/f", "web:ann@[::1]:81/f"),
        ] {
            assert_eq!(feed_key(address).as_str(), key);
            assert_eq!(of_any_version(key).as_str(), key, "a key of today stays");
        }
        assert_eq!(of_any_version("web:ann:secret@www.a.example/f").as_str(), "web:ann@a.example/f");
        assert_eq!(of_any_version("file:/home/ann:x@y").as_str(), "file:/home/ann:x@y");
        assert_eq!(without_secret("https://ann:s@a.example/f").0.as_str(), "https://ann@a.example/f");
        assert_eq!(without_secret("https://a.example/f"), (CleanBuf::line("https://a.example/f"), false));
    }
}
