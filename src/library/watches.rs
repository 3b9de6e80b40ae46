//! Watched queries: which stored releases they have judged, and what is new to the user.
//!
//! While a query is watched, each release that is stored for the first time gets an arrival number; see
//! [`Touched::store`](super::change_log::Touched::store). A watch judges arrivals in their order: it tests whether they
//! match its query, which this module leaves to the caller. The verdict and the number of the last judged arrival are
//! written in one transaction, and only if no other process has judged meanwhile. So every arrival is judged once,
//! whatever is killed. What matches is news until the user has seen it. News that was seen is remembered for a while, so
//! that the same story from another feed, or a release that was deleted and comes back, is no news again.

use std::fs::File;

use rusqlite::{Connection, OptionalExtension, Row, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::change::{QUERIES, count_up};
use super::stored::{additions, release_of};
use super::{Flags, Library, LibraryError, SourceId, lock};
use crate::release::Release;

mod id;
mod rule;

pub use id::WatchId;
pub use rule::{Actions, Rule, RuleApplied, WantedPage};

/// The most releases that a watch remembers once they were seen.
const REMEMBERED: i64 = 1_000;
/// The suffix of the file that is locked while news are printed.
const PRINTING: &str = "-news-lock";

/// A watched query, or a query with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Its number.
    pub id: WatchId,
    /// The name of the query.
    pub name: String,
    /// The query as text.
    pub query: String,
    /// The last arrival that it has judged.
    pub judged: i64,
    /// What the rule does; `None` if it is a watch.
    pub actions: Option<Actions>,
}

/// What is new for a watch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NewsCount {
    /// The number of stored releases that the user has not seen.
    pub releases: usize,
    /// The number of the last arrival among them.
    pub last: i64,
}

/// A stored release, by its subscription and its number there.
pub type ReleaseKey = (SourceId, u64);

/// A release that has arrived and was not judged by all watches.
#[derive(Debug)]
pub struct Arrival {
    /// Its arrival number.
    pub seq: i64,
    /// Its key.
    pub key: ReleaseKey,
    /// Its content.
    pub release: Release,
    /// Its marks.
    pub flags: Flags,
}

/// Arrivals to judge, and what the watches and rules remember.
#[derive(Debug, Default)]
pub struct Unjudged {
    /// The watches and rules.
    pub watches: Vec<Watch>,
    /// The arrivals in their order.
    pub arrivals: Vec<Arrival>,
    /// Releases that watches found before, with their content.
    pub remembered: Vec<(ReleaseKey, Release)>,
    /// Which watch found which of them.
    pub found: Vec<(WatchId, ReleaseKey)>,
    /// The number of the last arrival, which may have been deleted.
    pub last: i64,
}

/// What watches found among arrivals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The watch, the arrival number and the release.
    pub news: Vec<(WatchId, i64, ReleaseKey)>,
}

/// Keeps other processes from printing news; released on drop.
#[derive(Debug)]
pub struct Printing {
    _file: Option<File>,
}

impl Library {
    /// Returns the watched queries in the order of the saved queries.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn watches(&self) -> Result<Vec<Watch>, LibraryError> {
        let mut watches = self.read(watches)?;
        watches.retain(|watch| watch.actions.is_none());
        Ok(watches)
    }

    /// Returns what is new for each watch that has news.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn news_counts(&self) -> Result<FxHashMap<WatchId, NewsCount>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT watch, count(*), max(seq) FROM news JOIN releases USING (subscription, number)
                 WHERE NOT is_seen GROUP BY watch";
            let mut statement = connection.prepare_cached(sql)?;
            let count = |row: &Row<'_>| {
                let releases = usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
                Ok((row.get(0)?, NewsCount { releases, last: row.get(2)? }))
            };
            statement.query_map([], count)?.collect()
        })
    }

    /// Returns the stored releases that are new for a watch, in the order of their arrival.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn news_of(&self, watch: WatchId) -> Result<Vec<(ReleaseKey, Release)>, LibraryError> {
        self.read_at_once(|connection| {
            let sql = "SELECT subscription, number FROM news WHERE watch = ?1 AND NOT is_seen ORDER BY seq";
            let mut statement = connection.prepare_cached(sql)?;
            let keys: Vec<ReleaseKey> = statement.query_map([watch], release_key)?.collect::<rusqlite::Result<_>>()?;
            contents(connection, keys)
        })
    }

    /// Records that the user has seen releases that are new for a watch.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn have_seen(&mut self, seen: &[(WatchId, ReleaseKey)]) -> Result<(), LibraryError> {
        if seen.is_empty() {
            return Ok(());
        }
        self.write(|connection| {
            let sql = "UPDATE news SET is_seen = 1 WHERE watch = ?1 AND subscription = ?2 AND number = ?3";
            let mut statement = connection.prepare_cached(sql)?;
            for (watch, (source, number)) in seen {
                statement.execute(params![watch, source, number.cast_signed()])?;
            }
            count_up(connection, QUERIES).map(drop)
        })
    }

    /// Records that the user has seen everything that is new for a watch, up to an arrival.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn have_seen_until(&mut self, watch: WatchId, last: i64) -> Result<(), LibraryError> {
        self.write(|connection| {
            let sql = "UPDATE news SET is_seen = 1 WHERE watch = ?1 AND seq <= ?2 AND NOT is_seen";
            if connection.execute(sql, params![watch, last])? > 0 {
                count_up(connection, QUERIES)?;
            }
            Ok(())
        })
    }

    /// Returns the next arrivals that some watch has not judged, at most about `most`; `None` if there are none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unjudged(&self, most: usize) -> Result<Option<Unjudged>, LibraryError> {
        self.read_at_once(|connection| {
            let watches = watches(connection)?;
            let Some(first) = watches.iter().map(|watch| watch.judged).min() else { return Ok(None) };
            let sql = "SELECT seq, subscription, number FROM arrivals WHERE seq > ?1 ORDER BY seq LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let rows: Vec<(i64, ReleaseKey)> = statement
                .query_map(params![first, i64::try_from(most).unwrap_or(i64::MAX)], |row| {
                    Ok((row.get(0)?, (row.get(1)?, row.get::<_, i64>(2)?.cast_unsigned())))
                })?
                .collect::<rusqlite::Result<_>>()?;
            let Some(&(last, _)) = rows.last() else { return Ok(None) };
            let mut unjudged = Unjudged { watches, last, ..Unjudged::default() };
            let additions = additions(connection)?;
            for (seq, key) in rows {
                // A release that was deleted meanwhile, or whose subscription was, is not shown.
                if let Some(flags) = flags_if_shown(connection, key)?
                    && let Some(release) = release_of(connection, &additions, key)?
                {
                    unjudged.arrivals.push(Arrival { seq, key, release, flags });
                }
            }
            unjudged.found = found(connection)?;
            let mut keys: Vec<ReleaseKey> = unjudged.found.iter().map(|(_, key)| *key).collect();
            keys.sort_unstable();
            keys.dedup();
            unjudged.remembered = contents(connection, keys)?;
            Ok(Some(unjudged))
        })
    }

    /// Stores a verdict about arrivals, and does what the rules say. Returns what they did; `None`, and nothing is stored,
    /// if another process has judged the arrivals or changed a watch or a rule meanwhile.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn judge(&mut self, unjudged: &Unjudged, verdict: &Verdict) -> Result<Option<Vec<RuleApplied>>, LibraryError> {
        self.write(|connection| {
            if watches(connection)? != unjudged.watches {
                return Ok(None);
            }
            let rules: FxHashSet<WatchId> =
                unjudged.watches.iter().filter(|watch| watch.actions.is_some()).map(|watch| watch.id).collect();
            // What a rule finds is no news for the user.
            let sql = "INSERT OR IGNORE INTO news (watch, subscription, number, seq, is_seen)
                 VALUES (?1, ?2, ?3, ?4, ?5)";
            let mut insert = connection.prepare_cached(sql)?;
            let mut found: FxHashMap<WatchId, Vec<ReleaseKey>> = FxHashMap::default();
            for (watch, seq, (source, number)) in &verdict.news {
                let is_rule = rules.contains(watch);
                let is_new = insert.execute(params![watch, source, number.cast_signed(), seq, is_rule])? > 0;
                if is_rule && is_new {
                    found.entry(*watch).or_default().push((*source, *number));
                }
            }
            let mut applied = Vec::new();
            for watch in &unjudged.watches {
                let keys = found.get(&watch.id).map_or(&[][..], Vec::as_slice);
                applied.extend(rule::apply(connection, watch, keys, &unjudged.arrivals)?);
            }
            let sql = "UPDATE watches SET judged = ?2 WHERE id = ?1 AND judged < ?2";
            let mut advance = connection.prepare_cached(sql)?;
            for watch in &unjudged.watches {
                advance.execute(params![watch.id, unjudged.last])?;
                forget_oldest(connection, watch.id)?;
            }
            let sql = "DELETE FROM arrivals
                 WHERE seq <= (SELECT min(judged) FROM watches JOIN queries ON watches.id IN (queries.watch, queries.rule))";
            connection.prepare_cached(sql)?.execute([])?;
            if verdict.news.iter().any(|(watch, ..)| !rules.contains(watch)) {
                count_up(connection, QUERIES)?;
            }
            Ok(Some(applied))
        })
    }

    /// Waits until no other process prints news, and keeps others from doing so. `None` if one does not finish.
    #[must_use]
    pub fn begin_printing(&self) -> Option<Printing> {
        lock::beside(self.place(), PRINTING, super::PATIENCE).ok().map(|file| Printing { _file: file })
    }
}

/// Begins a watch that has judged all arrivals so far.
pub(super) fn begin(connection: &Connection) -> rusqlite::Result<WatchId> {
    let sql =
        "INSERT INTO watches (judged) VALUES (coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'arrivals'), 0))
         RETURNING id";
    connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// The watch and the rule of a query that gets this text: they do not outlive another text, which has judged nothing.
pub(super) fn of_new_text(
    connection: &Connection,
    name: &str,
    query: &str,
) -> rusqlite::Result<(Option<WatchId>, Option<Rule>)> {
    let sql = "SELECT watch, rule, actions, query = ?2 FROM queries WHERE name = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let known = statement.query_row([name, query], |row| Ok((row.get(0)?, rule_of(row, 1)?, row.get(3)?)));
    let (mut watch, mut rule, is_same): (Option<WatchId>, Option<Rule>, bool) = known.optional()?.unwrap_or_default();
    if !is_same {
        if let Some(watch) = &mut watch {
            *watch = begin(connection)?;
        }
        if let Some(rule) = &mut rule {
            rule.id = begin(connection)?;
        }
    }
    Ok((watch, rule))
}

/// The rule in two columns.
pub(super) fn rule_of(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Rule>> {
    let (id, actions): (Option<WatchId>, Option<Actions>) = (row.get(at)?, row.get(at + 1)?);
    Ok(id.map(|id| Rule { id, actions: actions.unwrap_or_default() }))
}

/// Has a rule that was ended judge only what arrives from now on.
pub(super) fn resume(connection: &Connection, id: WatchId) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO watches (id, judged)
         VALUES (?1, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'arrivals'), 0))";
    connection.prepare_cached(sql)?.execute([id]).map(drop)
}

/// Restores a watch whose row may have been deleted.
pub(super) fn restore(connection: &Connection, id: WatchId) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO watches (id, judged)
         VALUES (?1, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'arrivals'), 0))";
    connection.prepare_cached(sql)?.execute([id]).map(drop)
}

/// Gives stored rows arrival numbers if any query is watched or has a rule.
pub(super) fn note_arrivals(connection: &Connection, keys: impl Iterator<Item = i64>) -> rusqlite::Result<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM queries WHERE watch IS NOT NULL OR rule IS NOT NULL)";
    if connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, bool>(0))? {
        let sql =
            "INSERT INTO arrivals (subscription, number) SELECT subscription, number FROM releases WHERE key = ?1";
        let mut insert = connection.prepare_cached(sql)?;
        for key in keys {
            insert.execute([key])?;
        }
    }
    Ok(())
}

/// Deletes what belongs to queries that are no longer watched, once no step brings them back.
pub(super) fn forget_ended(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "DELETE FROM watches WHERE id NOT IN (SELECT watch FROM queries WHERE watch IS NOT NULL
             UNION SELECT rule FROM queries WHERE rule IS NOT NULL);
         DELETE FROM news WHERE watch NOT IN (SELECT id FROM watches);
         DELETE FROM arrivals WHERE NOT EXISTS (SELECT 1 FROM watches);",
    )
}

fn watches(connection: &Connection) -> rusqlite::Result<Vec<Watch>> {
    let sql = "SELECT watches.id, name, query, judged, CASE watches.id WHEN queries.rule THEN actions END
         FROM queries JOIN watches ON watches.id IN (queries.watch, queries.rule) ORDER BY position, name, watches.id";
    let mut statement = connection.prepare_cached(sql)?;
    let watch = |row: &Row<'_>| {
        let (id, name, query, judged) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Watch { id, name, query, judged, actions: row.get(4)? })
    };
    statement.query_map([], watch)?.collect()
}

fn release_key(row: &Row<'_>) -> rusqlite::Result<ReleaseKey> {
    Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
}

/// The contents of releases that are still stored.
fn contents(connection: &Connection, keys: Vec<ReleaseKey>) -> rusqlite::Result<Vec<(ReleaseKey, Release)>> {
    let additions = additions(connection)?;
    let mut contents = Vec::with_capacity(keys.len());
    for key in keys {
        contents.extend(release_of(connection, &additions, key)?.map(|release| (key, release)));
    }
    Ok(contents)
}

/// The marks of a stored release; `None` if its subscription was removed.
fn flags_if_shown(connection: &Connection, (source, number): ReleaseKey) -> rusqlite::Result<Option<Flags>> {
    let sql = "SELECT coalesce((SELECT flags FROM marks WHERE feed = subscriptions.feed AND number = ?2), 0)
         FROM subscriptions WHERE id = ?1 AND removed IS NULL";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row(params![source, number.cast_signed()], |row| Ok(Flags::of_number(row.get(0)?))).optional()
}

/// What the watches and rules have found so far.
fn found(connection: &Connection) -> rusqlite::Result<Vec<(WatchId, ReleaseKey)>> {
    let sql = "SELECT news.watch, subscription, number FROM news
         JOIN queries ON news.watch IN (queries.watch, queries.rule)";
    let mut statement = connection.prepare_cached(sql)?;
    let found = |row: &Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get::<_, i64>(2)?.cast_unsigned())));
    statement.query_map([], found)?.collect()
}

/// Forgets the oldest releases that were seen.
fn forget_oldest(connection: &Connection, watch: WatchId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM news WHERE watch = ?1 AND is_seen AND seq <= (
             SELECT seq FROM news WHERE watch = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)";
    connection.prepare_cached(sql)?.execute(params![watch, REMEMBERED]).map(drop)
}
