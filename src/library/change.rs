//! Counters that increase with every change, so that other processes can find what is new to them.

use rusqlite::{Connection, OptionalExtension, params};

/// Counts changes of marks.
pub(super) const MARKS: &str = "marks";
/// Counts changes of stored releases and subscriptions.
pub(super) const RELEASES: &str = "releases";
/// Counts changes of saved queries.
pub(super) const QUERIES: &str = "queries";
/// Counts the steps that can be undone.
pub(super) const STEPS: &str = "steps";

/// The number of this copy of the library; restoring a backup changes it.
pub(super) const COPY: &str = "copy";

/// Makes every process that knows another copy reload: raises all counters beyond `least`, the highest value of that
/// copy. The steps of that copy cannot be undone in this one.
pub(super) fn begin_anew(connection: &Connection, least: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO counters (name, value) VALUES (?1, ?2 + 1)
         ON CONFLICT (name) DO UPDATE SET value = max(value, ?2) + 1";
    for name in [MARKS, RELEASES, QUERIES, STEPS] {
        connection.execute(sql, params![name, least])?;
    }
    connection.execute_batch("DELETE FROM history; DELETE FROM changes;")?;
    connection.execute("INSERT OR REPLACE INTO counters (name, value) VALUES (?1, random())", [COPY]).map(drop)
}

/// Returns the highest value of the counters.
pub(super) fn highest(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce(max(value), 0) FROM counters WHERE name <> ?1";
    connection.query_row(sql, [COPY], |row| row.get(0))
}

/// Records a change of releases and subscriptions; processes that show them reload.
pub(super) fn changed(connection: &Connection) -> rusqlite::Result<()> {
    count_up(connection, RELEASES).map(drop)
}

/// Returns the value of a counter.
pub(super) fn counter(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let value = connection
        .prepare_cached("SELECT value FROM counters WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(value.unwrap_or(0))
}

/// Increments a counter and returns its new value.
pub(super) fn count_up(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO counters (name, value) VALUES (?1, 1)
         ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value";
    connection.prepare_cached(sql)?.query_row([name], |row| row.get(0))
}
