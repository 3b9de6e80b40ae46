//! The numbers that a source has in the library, read at once: most items of a feed that is stored for the first time
//! need no query of their own then.

use rusqlite::{Connection, params};
use rustc_hash::FxHashSet;

use super::super::SourceId;

/// Reads at most this many numbers for each item of the feed; beyond that, queries for the items cost less.
const FOR_EACH_ITEM: usize = 50;

/// What is known of the numbers of a source. By default nothing is, and everything has to be queried.
#[derive(Debug, Default)]
pub(super) struct KnownNumbers {
    /// All numbers; `None` if they have not been read.
    numbers: Option<FxHashSet<i64>>,
    /// Whether each release is known to have the number of its name.
    is_named_by_number: bool,
    /// Whether no release of the feed has ever been marked.
    is_unmarked: bool,
}

impl KnownNumbers {
    /// Reads the numbers of a source whose feed has `items` items.
    pub fn of_feed(connection: &Connection, source: SourceId, items: usize) -> rusqlite::Result<Self> {
        let most = items.saturating_mul(FOR_EACH_ITEM);
        // Both are answered by an index alone.
        let sql = "SELECT number FROM releases WHERE subscription = ?1 LIMIT ?2";
        let mut statement = connection.prepare_cached(sql)?;
        let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let rows = statement.query_map(params![source, limit], |row| row.get(0))?;
        let numbers = rows.collect::<rusqlite::Result<FxHashSet<i64>>>()?;
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM releases WHERE subscription = ?1 AND name IS NOT NULL),
             NOT EXISTS (SELECT 1 FROM marks WHERE feed = (SELECT feed FROM subscriptions WHERE id = ?1))";
        let mut statement = connection.prepare_cached(sql)?;
        let (is_named_by_number, is_unmarked) = statement.query_row([source], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let numbers = Some(numbers).filter(|numbers| numbers.len() <= most);
        Ok(Self { numbers, is_named_by_number, is_unmarked })
    }

    /// Whether the source is known to have no releases.
    pub fn is_empty(&self) -> bool {
        self.numbers.as_ref().is_some_and(FxHashSet::is_empty)
    }

    /// Whether a release has a number; `None` if that must be queried.
    pub fn has(&self, number: i64) -> Option<bool> {
        Some(self.numbers.as_ref()?.contains(&number))
    }

    /// Whether a release may have a name that differs from its number.
    pub fn has_shared_names(&self) -> bool {
        !self.is_named_by_number
    }

    /// Whether a release of the feed may have been marked.
    pub fn has_marks(&self) -> bool {
        !self.is_unmarked
    }

    /// Records the number and the name of a release.
    pub fn add(&mut self, number: i64, name: Option<i64>) {
        if let Some(numbers) = &mut self.numbers {
            numbers.insert(number);
        }
        self.is_named_by_number &= name.is_none();
    }
}
