//! Marks: which releases are read or starred, whether or not their feed and release are still stored.

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

use super::change::{COPY, MARKS, QUERIES, RELEASES, count_up, counter};
use super::{Library, LibraryError};
use crate::release::identity::{Trace, Trust};
use crate::text::CleanBuf;

/// The marks of one release. Stored in files: never change the values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u8);

impl Flags {
    /// The release was read.
    pub const READ: Self = Self(1);
    /// The release is starred.
    pub const STARRED: Self = Self(2);

    /// Whether all these marks are set.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Combines two sets of marks.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns these marks with another one set or cleared.
    #[must_use]
    pub fn with(self, other: Self, on: bool) -> Self {
        Self(if on { self.0 | other.0 } else { self.0 & !other.0 })
    }

    /// Converts to a number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// Converts from a number; unknown bits are dropped.
    #[must_use]
    pub fn of_number(number: i64) -> Self {
        Self((number & 3).cast_unsigned() as u8)
    }
}

/// The marks of one feed, by release number.
pub type FeedMarks = FxHashMap<u64, Flags>;

/// The marks stored under one number, and the content of the release they belong to. Entries without marks record
/// numbers that are taken, or names that several releases share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptMark {
    /// The marks.
    pub flags: Flags,
    /// `None` for marks of an older version, whose release content is unknown.
    pub trace: Option<Trace>,
}

/// A release to mark.
#[derive(Debug, Clone, Copy)]
pub struct ToMark<'a> {
    /// The key of its feed.
    pub feed: &'a str,
    /// Its number in the feed.
    pub number: u64,
    /// Its content. `None` marks whatever release has the number.
    pub trace: Option<Trace>,
    /// The number of the name it shares with other releases, if it does.
    pub shares: Option<u64>,
}

impl<'a> From<(&'a str, u64)> for ToMark<'a> {
    fn from((feed, number): (&'a str, u64)) -> Self {
        Self { feed, number, trace: None, shares: None }
    }
}

/// Marks that changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkedSince {
    /// The number of the latest change among them.
    pub change: i64,
    /// Feed key, release number and current marks.
    pub marks: Vec<(CleanBuf, u64, Flags)>,
}

/// What other processes changed in a library, as a consistent snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// The number of this copy of the library; restoring a backup changes it.
    pub copy: i64,
    /// The number of the last change of releases and subscriptions.
    pub sync: i64,
    /// The number of the last change of saved queries.
    pub queries: i64,
    /// The changed marks.
    pub marked: MarkedSince,
}

impl Library {
    /// Returns what changed in a library since a change of marks.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn news(&self, change: i64) -> Result<News, LibraryError> {
        self.read(|connection| {
            // One snapshot of everything: a restore may happen in between.
            let transaction = connection.unchecked_transaction()?;
            Ok(News {
                copy: counter(&transaction, COPY)?,
                sync: counter(&transaction, RELEASES)?,
                queries: counter(&transaction, QUERIES)?,
                marked: marked_since(&transaction, change)?,
            })
        })
    }

    /// Returns the marks of a feed; empty when the feed is unknown.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn marks_of(&self, feed: &str) -> Result<FeedMarks, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT number, flags FROM marks WHERE feed = (SELECT id FROM feeds WHERE key = ?1)";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([feed])?;
            let mut marks = FeedMarks::default();
            while let Some(row) = rows.next()? {
                let flags = Flags::of_number(row.get(1)?);
                if flags != Flags::default() {
                    marks.insert(row.get::<_, i64>(0)?.cast_unsigned(), flags);
                }
            }
            Ok(marks)
        })
    }

    /// Returns the marks of a feed with the content of their releases, including entries that only record taken
    /// numbers.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn kept_marks_of(&self, feed: &str) -> Result<FxHashMap<u64, KeptMark>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT number, flags, trace FROM marks WHERE feed = (SELECT id FROM feeds WHERE key = ?1)";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement
                .query_map([feed], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), KeptMark::of_row(row, 1)?)))?;
            rows.collect()
        })
    }

    /// Returns the marks stored under one number of a feed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn kept_mark(&self, feed: &str, number: u64) -> Result<Option<KeptMark>, LibraryError> {
        self.read(|connection| {
            let sql =
                "SELECT flags, trace FROM marks WHERE feed = (SELECT id FROM feeds WHERE key = ?1) AND number = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row(params![feed, number.cast_signed()], |row| KeptMark::of_row(row, 0)).optional()
        })
    }

    /// Returns the marks of one release.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn flags(&self, feed: &str, number: u64) -> Result<Flags, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT flags FROM marks WHERE feed = (SELECT id FROM feeds WHERE key = ?1) AND number = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let flags = statement.query_row(params![feed, number.cast_signed()], |row| row.get(0)).optional()?;
            Ok(flags.map_or_else(Flags::default, Flags::of_number))
        })
    }

    /// Sets or clears a mark on releases in one transaction. Returns the change number. A release is the key of its
    /// feed and its number there. Once this returns, the marks survive a crash and a power failure.
    ///
    /// # Errors
    /// When the file cannot be written; then no mark is changed.
    pub fn mark<'a, R: Into<ToMark<'a>>>(
        &mut self,
        flag: Flags,
        on: bool,
        releases: impl IntoIterator<Item = R>,
    ) -> Result<i64, LibraryError> {
        let feeds = by_feed(releases);
        self.write(|connection| set_marks(connection, flag, on, &feeds, None))
    }

    /// Returns the number of the last change of marks.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_change(&self) -> Result<i64, LibraryError> {
        self.read(|connection| counter(connection, MARKS))
    }

    /// Returns the number of the last change of saved queries.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_change_of_queries(&self) -> Result<i64, LibraryError> {
        self.read(|connection| counter(connection, QUERIES))
    }

    /// Returns all marks changed since a change, by any process.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn marked_since(&self, change: i64) -> Result<MarkedSince, LibraryError> {
        self.read(|connection| marked_since(connection, change))
    }
}

/// Selects the marks after a change.
const SINCE: &str = "SELECT key, number, flags FROM marks JOIN feeds ON feeds.id = marks.feed WHERE change > ?1";

fn marked_since(connection: &Connection, change: i64) -> rusqlite::Result<MarkedSince> {
    let mut since = MarkedSince { change, marks: Vec::new() };
    let last = counter(connection, MARKS)?;
    if last <= change {
        return Ok(since);
    }
    since.change = last;
    let mut statement = connection.prepare_cached(SINCE)?;
    let mut rows = statement.query([change])?;
    while let Some(row) = rows.next()? {
        let key = CleanBuf::line(&row.get::<_, String>(0)?);
        since.marks.push((key, row.get::<_, i64>(1)?.cast_unsigned(), Flags::of_number(row.get(2)?)));
    }
    Ok(since)
}

/// Releases to mark, by the key of their feed: number, trace, and the number of a shared name.
pub(super) type ByFeed<'a> = FxHashMap<&'a str, Vec<(i64, Option<i64>, Option<i64>)>>;

/// Groups releases by feed, in table order: so a million marks take a second instead of a minute.
pub(super) fn by_feed<'a, R: Into<ToMark<'a>>>(releases: impl IntoIterator<Item = R>) -> ByFeed<'a> {
    let mut feeds = ByFeed::default();
    for release in releases {
        let ToMark { feed, number, trace, shares } = release.into();
        let trace = trace.map(|trace| trace.bits().cast_signed());
        feeds.entry(feed).or_default().push((number.cast_signed(), trace, shares.map(u64::cast_signed)));
    }
    for numbers in feeds.values_mut() {
        numbers.sort_unstable();
        numbers.dedup_by_key(|(number, ..)| *number);
    }
    feeds
}

/// Sets or clears a mark on releases. Returns the change number. Adds to `changed` those whose mark was different: the row
/// of their feed, and their numbers in ascending order.
pub(super) fn set_marks(
    connection: &Connection,
    flag: Flags,
    on: bool,
    feeds: &ByFeed<'_>,
    mut changed: Option<&mut Vec<(i64, Vec<i64>)>>,
) -> rusqlite::Result<i64> {
    let change = count_up(connection, MARKS)?;
    for (feed, numbers) in feeds {
        let feed = feed_id(connection, feed)?;
        let mut of_feed = Vec::new();
        for &(number, trace, shares) in numbers {
            let is_change = if on {
                give(connection, (feed, number), flag, change, trace)?
            } else {
                let sql = "UPDATE marks SET flags = flags & ~?3, change = ?4
                     WHERE feed = ?1 AND number = ?2 AND flags & ?3 <> 0";
                connection.prepare_cached(sql)?.execute(params![feed, number, flag.number(), change])? > 0
            };
            if is_change && changed.is_some() {
                of_feed.push(number);
            }
            if let Some(name) = shares {
                // Records that the name is shared, so that no release claims it when it is the only one listed.
                let sql = "INSERT INTO marks (feed, number, flags, change, trace) VALUES (?1, ?2, 0, ?3, 0)
                     ON CONFLICT (feed, number) DO NOTHING";
                connection.prepare_cached(sql)?.execute([feed, name, change])?;
            }
        }
        if let Some(changed) = changed.as_mut().filter(|_| !of_feed.is_empty()) {
            changed.push((feed, of_feed));
        }
    }
    Ok(change)
}

/// Sets marks under a number. If the stored marks belong to another release that had the number, they are not inherited.
/// Returns whether the release did not have them before.
fn give(
    connection: &Connection,
    (feed, number): (i64, i64),
    flag: Flags,
    change: i64,
    trace: Option<i64>,
) -> rusqlite::Result<bool> {
    let sql = "SELECT flags, trace FROM marks WHERE feed = ?1 AND number = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let kept = statement.query_row([feed, number], |row| KeptMark::of_row(row, 0)).optional()?;
    let before = match kept {
        Some(kept)
            if trace.is_none_or(|trace| {
                kept.is_of(Trace::from_bits(trace.cast_unsigned()), Trust::Own { is_id: true, is_varied: true })
            }) =>
        {
            kept.flags
        }
        _ => Flags::default(),
    };
    let flags = before.and(flag);
    let sql = "INSERT INTO marks (feed, number, flags, change, trace) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (feed, number) DO UPDATE SET flags = ?3, change = ?4, trace = coalesce(?5, trace)";
    connection.prepare_cached(sql)?.execute(params![feed, number, flags.number(), change, trace])?;
    Ok(!before.has(flag))
}

/// Replaces the marks of a release by those of its server.
pub(super) fn put_flags(
    connection: &Connection,
    (feed, number): (i64, i64),
    flags: Flags,
    change: i64,
    trace: Option<i64>,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO marks (feed, number, flags, change, trace) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (feed, number) DO UPDATE SET flags = ?3, change = ?4, trace = coalesce(?5, trace)";
    connection.prepare_cached(sql)?.execute(params![feed, number, flags.number(), change, trace]).map(drop)
}

/// Returns the marks under a number. With a trace, returns none if they belong to another release that had the number.
pub(super) fn flags_of(
    connection: &Connection,
    feed: i64,
    number: i64,
    trace: Option<Trace>,
) -> rusqlite::Result<Flags> {
    let sql = "SELECT flags, trace FROM marks WHERE feed = ?1 AND number = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let kept = statement.query_row([feed, number], |row| KeptMark::of_row(row, 0)).optional()?;
    let trust = Trust::Own { is_id: true, is_varied: true };
    let is_its = |kept: &KeptMark| trace.is_none_or(|trace| kept.is_of(trace, trust));
    Ok(kept.filter(is_its).map_or_else(Flags::default, |kept| kept.flags))
}

impl KeptMark {
    fn of_row(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Self> {
        let trace: Option<i64> = row.get(at + 1)?;
        let trace = trace.map(|bits| Trace::from_bits(bits.cast_unsigned()));
        Ok(Self { flags: Flags::of_number(row.get(at)?), trace })
    }

    /// Whether these marks may belong to a release with this content.
    #[must_use]
    pub fn is_of(&self, trace: Trace, trust: Trust) -> bool {
        self.trace.is_none_or(|kept| trace.is_same(kept, trust))
    }
}

/// Returns the id of a feed's row, creating it if needed.
pub(super) fn feed_id(connection: &Connection, key: &str) -> rusqlite::Result<i64> {
    let known = connection.prepare_cached("SELECT id FROM feeds WHERE key = ?1")?.query_row([key], |row| row.get(0));
    if let Some(id) = known.optional()? {
        return Ok(id);
    }
    connection.prepare_cached("INSERT INTO feeds (key) VALUES (?1)")?.execute([key])?;
    Ok(connection.last_insert_rowid())
}

#[cfg(test)]
mod tests {
    use super::super::tests::library;
    use super::*;

    #[test]
    fn marks_after_a_change_are_found_by_an_index() {
        let (_folder, library) = library();
        let plan = library.read(|connection| {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {SINCE}"))?;
            let steps = statement.query_map([7], |row| row.get::<_, String>(3))?;
            steps.collect::<rusqlite::Result<Vec<_>>>()
        });
        let plan = plan.expect("a plan");
        assert!(plan.iter().any(|step| step.contains("marks_by_change")), "{plan:?}");
    }

    #[test]
    fn a_mark_survives_and_does_not_touch_the_other() {
        let (_folder, mut library) = library();
        library.mark(Flags::READ, true, [("file:a", 1), ("file:a", u64::MAX), ("file:b", 1)]).expect("written");
        library.mark(Flags::STARRED, true, [("file:a", 1)]).expect("written");
        library.mark(Flags::READ, false, [("file:a", 1), ("file:a", 99)]).expect("written");
        let marks = library.marks_of("file:a").expect("read");
        assert_eq!((marks.len(), marks[&1], marks[&u64::MAX]), (2, Flags::STARRED, Flags::READ));
        assert_eq!(library.marks_of("file:c").expect("read").len(), 0);
        assert_eq!(library.counts().expect("read").marks, 3);
    }

    #[test]
    fn another_connection_finds_changes_since_a_number() {
        let (_folder, mut one) = library();
        let mut other = Library::create(one.place()).expect("the same file");
        one.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        let seen = other.marked_since(0).expect("read");
        assert_eq!(seen.marks, [(CleanBuf::line("file:a"), 1, Flags::READ)]);
        other.mark(Flags::STARRED, true, [("file:a", 1)]).expect("written");
        one.mark(Flags::READ, false, [("file:a", 1)]).expect("written");
        let since = other.marked_since(seen.change).expect("read");
        assert_eq!(since.marks, [(CleanBuf::line("file:a"), 1, Flags::STARRED)]);
        assert_eq!(other.marked_since(since.change).expect("read").marks, []);
    }
}
