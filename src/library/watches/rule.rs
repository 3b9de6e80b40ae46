//! Rules on arrival: what happens to each release that arrives for a saved query.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

use super::super::history::{StepNumber, record_marks};
use super::super::marks::by_feed;
use super::super::{Flags, Library, LibraryError, SourceId, ToMark};
use super::{Arrival, ReleaseKey, Watch, WatchId};
use crate::release::Identity;
use crate::release::identity::Trace;
use crate::text::{CleanBuf, grouped};

/// A rule of a saved query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rule {
    /// The number under which it judges arrivals, as a watch does.
    pub id: WatchId,
    /// What it does.
    pub actions: Actions,
}

/// What a rule does with a release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Actions(u8);

impl Actions {
    /// Marks it as read.
    pub const READ: Self = Self(1);
    /// Stars it.
    pub const STAR: Self = Self(2);
    /// Fetches its full text.
    pub const PAGE: Self = Self(4);
    /// All actions with their names, in the order in which they are named.
    pub const ALL: [(Self, &'static str); 3] = [(Self::READ, "read"), (Self::STAR, "star"), (Self::PAGE, "page")];
    /// The name of no action.
    pub const NONE: &'static str = "none";

    /// Whether it includes another.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it does nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Reads a list such as `read, star`, or `none`.
    ///
    /// # Errors
    /// Names the first unknown action.
    pub fn parse(text: &str) -> Result<Self, String> {
        let names = text.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_lowercase).collect();
        if matches!(names.as_slice(), [only] if only == Self::NONE) {
            return Ok(Self::default());
        }
        let mut actions = Self::default();
        for name in &names {
            let known = Self::ALL.into_iter().find(|(_, known)| known == name);
            let (action, _) = known.ok_or_else(|| format!("unknown action {name:?}; use read, star, page or none"))?;
            actions.0 |= action.0;
        }
        if actions.is_empty() { Err("name read, star or page, or none".to_owned()) } else { Ok(actions) }
    }
}

impl std::fmt::Display for Actions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_empty() {
            return f.write_str(Self::NONE);
        }
        let names = Self::ALL.into_iter().filter(|(action, _)| self.has(*action)).map(|(_, name)| name);
        f.write_str(&names.collect::<Vec<_>>().join(", "))
    }
}

impl ToSql for Actions {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0))
    }
}

impl FromSql for Actions {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        u8::try_from(i64::column_result(value)?).ok().map(Self).ok_or(FromSqlError::InvalidType)
    }
}

/// What a rule has done to marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleApplied {
    /// What, as a message: `3 marked as read by Tea`.
    pub what: CleanBuf,
    /// The step that undoes it.
    pub step: StepNumber,
}

/// A release whose full text a rule wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedPage {
    /// The release.
    pub key: ReleaseKey,
    /// The address of its page; empty if it is not stored any more.
    pub address: CleanBuf,
}

/// How often a page is tried.
const MOST_ATTEMPTS: i64 = 3;

impl Library {
    /// Returns releases whose full texts rules want, the longest waiting first, at most `most`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn wanted_pages(&self, most: usize) -> Result<Vec<WantedPage>, LibraryError> {
        self.read_at_once(|connection| {
            let sql = "SELECT subscription, number FROM wanted_pages ORDER BY attempts, id LIMIT ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let keys = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], super::release_key)?;
            let keys: Vec<ReleaseKey> = keys.collect::<rusqlite::Result<_>>()?;
            let contents: FxHashMap<ReleaseKey, _> = super::contents(connection, keys.clone())?.into_iter().collect();
            let address = |key: &ReleaseKey| contents.get(key).map(|release| release.url.clone()).unwrap_or_default();
            Ok(keys.into_iter().map(|key| WantedPage { address: address(&key), key }).collect())
        })
    }

    /// Records that a full text was fetched, or could not be: then it is tried again a few times.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn tried_page(&mut self, (source, number): ReleaseKey, is_fetched: bool) -> Result<(), LibraryError> {
        self.write(|connection| {
            let key = params![source, number.cast_signed()];
            if is_fetched {
                let sql = "DELETE FROM wanted_pages WHERE subscription = ?1 AND number = ?2";
                connection.prepare_cached(sql)?.execute(key)?;
            } else {
                let sql = "UPDATE wanted_pages SET attempts = attempts + 1 WHERE subscription = ?1 AND number = ?2";
                connection.prepare_cached(sql)?.execute(key)?;
                connection.prepare_cached("DELETE FROM wanted_pages WHERE attempts >= ?1")?.execute([MOST_ATTEMPTS])?;
            }
            Ok(())
        })
    }
}

/// Does what a rule says with releases that it has not seen before, given by their keys.
pub(super) fn apply(
    connection: &Connection,
    watch: &Watch,
    keys: &[ReleaseKey],
    arrivals: &[Arrival],
) -> rusqlite::Result<Vec<RuleApplied>> {
    let Some(actions) = watch.actions.filter(|_| !keys.is_empty()) else { return Ok(Vec::new()) };
    let known: FxHashMap<ReleaseKey, &Arrival> = arrivals.iter().map(|arrival| (arrival.key, arrival)).collect();
    let mut feeds: FxHashMap<SourceId, String> = FxHashMap::default();
    for (source, _) in keys {
        if !feeds.contains_key(source) {
            let sql = "SELECT key FROM feeds JOIN subscriptions ON subscriptions.feed = feeds.id
                 WHERE subscriptions.id = ?1";
            feeds.insert(*source, connection.prepare_cached(sql)?.query_row([source], |row| row.get(0))?);
        }
    }
    let mut applied = Vec::new();
    for (action, flag, done) in
        [(Actions::READ, Flags::READ, "marked as read"), (Actions::STAR, Flags::STARRED, "starred")]
    {
        if !actions.has(action) {
            continue;
        }
        let to_mark = keys.iter().map(|key| ToMark {
            feed: feeds.get(&key.0).map_or("", String::as_str),
            number: key.1,
            trace: known.get(key).map(|arrival| Trace::of(&Identity::from(&arrival.release))),
            shares: None,
        });
        let describe = |count| format!("{} {done} by {}", grouped(count), CleanBuf::line(&watch.name));
        if let Some((what, step)) = record_marks(connection, flag, &by_feed(to_mark), describe)? {
            applied.push(RuleApplied { what: CleanBuf::line(&what), step });
        }
    }
    if actions.has(Actions::PAGE) {
        let sql = "INSERT INTO wanted_pages (subscription, number) SELECT ?1, ?2 WHERE NOT EXISTS (
                 SELECT 1 FROM pages JOIN subscriptions ON subscriptions.feed = pages.feed
                 WHERE subscriptions.id = ?1 AND pages.number = ?2)
             ON CONFLICT (subscription, number) DO NOTHING";
        let mut want = connection.prepare_cached(sql)?;
        let linked = |key: &&ReleaseKey| known.get(*key).is_some_and(|arrival| !arrival.release.url.is_empty());
        for (source, number) in keys.iter().filter(linked) {
            want.execute(params![source, number.cast_signed()])?;
        }
    }
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_and_written() {
        let both = Actions::parse("star,read").expect("actions");
        assert!(both.has(Actions::READ) && both.has(Actions::STAR) && !both.has(Actions::PAGE));
        for text in ["none", "read", "star", "page", "read, star", "read, star, page"] {
            assert_eq!(Actions::parse(text).expect("actions").to_string(), text);
        }
        assert_eq!(Actions::parse("Read  PAGE").expect("actions").to_string(), "read, page");
        for (text, expected) in [("unread", "unknown action"), ("", "name read"), ("none,read", "unknown action")] {
            assert!(Actions::parse(text).is_err_and(|error| error.contains(expected)), "{text}");
        }
    }
}
