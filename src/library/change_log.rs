//! Which rows a change of the stored releases touched, so that a process that shows them can read those alone.
//!
//! Each such change has one record under its number: see [`super::change`]. A change without a record may have touched
//! anything, and everything is read again: one that concerns subscriptions, that touched many rows, or that an older
//! version made.

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

use super::change::{RELEASES, count_up, counter};
use super::versions::{self, MOST_VERSION_BYTES};
use super::watches::note_arrivals;

/// The number of changes that are remembered.
const CHANGES: i64 = 1_000;
/// A change of more rows has no record: reading everything costs little more.
const ROWS: usize = 4_096;
/// The bytes of a key.
const KEY: usize = size_of::<i64>();

/// The rows that one change touches.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// The key of each row before, and after.
    rows: Vec<(Option<i64>, i64)>,
    /// Whether an earlier version of a release was kept.
    pub has_versions: bool,
}

impl Touched {
    /// Whether no row is touched.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Records a new row.
    pub fn add(&mut self, key: i64) {
        self.rows.push((None, key));
    }

    /// Records that a row has new content, and perhaps a new key.
    pub fn edit(&mut self, before: i64, key: i64) {
        self.rows.push((Some(before), key));
    }

    /// Stores the change, so that every process that shows the releases notices it.
    pub fn store(mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.has_versions {
            versions::bound(connection, MOST_VERSION_BYTES, &mut self)?;
        }
        let change = count_up(connection, RELEASES)?;
        note_arrivals(
            connection,
            combined(self.rows.iter().copied()).filter_map(|(key, before)| before.is_none().then_some(key)),
        )?;
        if self.rows.len() <= ROWS {
            let bytes = |(before, key): &(Option<i64>, i64)| [before.unwrap_or(i64::MIN), *key].map(i64::to_le_bytes);
            let rows: Vec<u8> = self.rows.iter().flat_map(bytes).flatten().collect();
            let sql = "INSERT INTO changes (change, rows) VALUES (?1, ?2)";
            connection.prepare_cached(sql)?.execute(params![change, rows])?;
        }
        connection.prepare_cached("DELETE FROM changes WHERE change <= ?1")?.execute([change - CHANGES]).map(drop)
    }
}

/// The combined effect of the changes since a given one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Since {
    /// The number of the last change.
    pub change: i64,
    /// The keys of new rows.
    pub new: Vec<i64>,
    /// The keys of rows that existed, before and now.
    pub edited: Vec<(i64, i64)>,
}

/// Returns what changed since `change`; `None` if that is not known.
pub(super) fn since(connection: &Connection, change: i64) -> rusqlite::Result<Option<Since>> {
    let last = counter(connection, RELEASES)?;
    let mut statement = connection.prepare_cached("SELECT rows FROM changes WHERE change > ?1 ORDER BY change")?;
    let mut records = statement.query([change])?;
    let mut count = 0;
    let mut all = Vec::new();
    while let Some(record) = records.next()? {
        count += 1;
        all.extend(rows(record.get_ref(0)?.as_blob()?));
    }
    if count != last - change {
        return Ok(None);
    }
    let mut since = Since { change: last, ..Since::default() };
    for (key, before) in combined(all.into_iter()) {
        match before {
            None => since.new.push(key),
            Some(before) => since.edited.push((before, key)),
        }
    }
    // New rows in the order in which releases are read.
    since.new.sort_unstable_by_key(|key| std::cmp::Reverse(*key));
    since.edited.sort_unstable();
    Ok(Some(since))
}

/// Returns each row that changes touched: its key after them, and before them if it existed.
fn combined(rows: impl Iterator<Item = (Option<i64>, i64)>) -> impl Iterator<Item = (i64, Option<i64>)> {
    let mut touched: FxHashMap<i64, Option<i64>> = FxHashMap::default();
    for (before, key) in rows {
        let first = before.and_then(|before| touched.remove(&before).unwrap_or(Some(before)));
        touched.insert(key, first);
    }
    touched.into_iter()
}

/// Reads a record.
fn rows(record: &[u8]) -> impl Iterator<Item = (Option<i64>, i64)> {
    record.chunks_exact(2 * KEY).filter_map(|row| {
        let (before, key) = row.split_first_chunk::<KEY>()?;
        let before = Some(i64::from_le_bytes(*before)).filter(|before| *before != i64::MIN);
        Some((before, i64::from_le_bytes(*key.first_chunk()?)))
    })
}

/// Returns the key of the row of a release of a subscribed feed.
pub(super) fn key_of(connection: &Connection, feed: i64, number: i64) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT releases.key FROM subscriptions JOIN releases ON releases.subscription = subscriptions.id
         WHERE subscriptions.feed = ?1 AND releases.number = ?2";
    connection.prepare_cached(sql)?.query_row([feed, number], |row| row.get(0)).optional()
}

#[cfg(test)]
mod tests {
    use super::super::change::changed;
    use super::super::schema;
    use super::*;

    fn memory() -> Connection {
        let mut connection = Connection::open_in_memory().expect("memory");
        schema::migrate(&mut connection, schema::MIGRATIONS).expect("the tables");
        connection
    }

    fn store(connection: &Connection, rows: &[(Option<i64>, i64)]) {
        Touched { rows: rows.to_vec(), has_versions: false }.store(connection).expect("written");
    }

    #[test]
    fn changes_of_one_row_count_as_one() {
        let memory = memory();
        store(&memory, &[(None, 5), (None, 9), (Some(1), 2)]);
        store(&memory, &[(Some(5), 7), (Some(2), 2), (Some(3), 5)]);
        let since = |change| super::since(&memory, change).expect("read");
        assert_eq!(since(0), Some(Since { change: 2, new: vec![9, 7], edited: vec![(1, 2), (3, 5)] }));
        assert_eq!(since(1), Some(Since { change: 2, new: vec![], edited: vec![(2, 2), (3, 5), (5, 7)] }));
        assert_eq!(since(2), Some(Since { change: 2, ..Since::default() }));
    }

    #[test]
    fn what_a_change_without_a_record_did_is_not_known() {
        let memory = memory();
        store(&memory, &[(None, 1)]);
        changed(&memory).expect("written");
        store(&memory, &[(None, 2)]);
        let many: Vec<_> = (0..).take(ROWS + 1).map(|key| (None, key)).collect();
        let is_known = |change| since(&memory, change).expect("read").is_some();
        assert_eq!([0, 1, 2, 3].map(is_known), [false, false, true, true]);
        store(&memory, &many);
        assert_eq!([2, 3, 4].map(is_known), [false, false, true]);
        // Another copy of the library has other numbers.
        assert!(!is_known(9));
        for _ in 0..=CHANGES {
            store(&memory, &[]);
        }
        assert!(!is_known(4) && is_known(5), "the oldest are forgotten");
    }
}
